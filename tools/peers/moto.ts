import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPeer, type Peer } from './peer-process.ts';

/** Where the set-up puts the peers that come from Python's index. */
const VENV_BIN = fileURLToPath(new URL('../../.peers/venv/bin', import.meta.url));

/** Why a test that needs moto is skipped. */
export const MOTO_MISSING =
  "needs moto_server: pip install 'moto[server]' into .peers/venv, or onto the PATH";

/** Starts moto, an AWS that we did not write; `null` where it is not installed. */
export async function startMoto(): Promise<Peer | null> {
  const program = [VENV_BIN, ...(process.env['PATH'] ?? '').split(delimiter)]
    .map((directory) => join(directory, 'moto_server'))
    .find((path) => existsSync(path));
  if (program === undefined) return null;
  return await startPeer({
    program,
    argumentsFor: (port) => ['-H', '127.0.0.1', '-p', String(port)],
    readyPath: '/moto-api/data.json',
  });
}
