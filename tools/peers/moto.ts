import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Where the set-up puts the peers that come from Python's index. */
const VENV_BIN = fileURLToPath(new URL('../../.peers/venv/bin', import.meta.url));
const READY_TIMEOUT_MS = 60_000;

/** A running moto: an AWS that we did not write. */
export interface Moto {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts `moto_server` on a free loopback port; `null` where it is not installed. */
export async function startMoto(): Promise<Moto | null> {
  const program = [VENV_BIN, ...(process.env['PATH'] ?? '').split(delimiter)]
    .map((directory) => join(directory, 'moto_server'))
    .find((path) => existsSync(path));
  if (program === undefined) return null;
  const port = await freePort();
  const child = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  const isReady = await waitUntilReady(url, child);
  if (!isReady) {
    child.kill('SIGKILL');
    return null;
  }
  return {
    url,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** Why a test that needs moto is skipped. */
export const MOTO_MISSING =
  "needs moto_server: pip install 'moto[server]' into .peers/venv, or onto the PATH";

async function waitUntilReady(url: string, child: ChildProcess): Promise<boolean> {
  const untilMs = Date.now() + READY_TIMEOUT_MS;
  let ended = false;
  child.once('error', () => (ended = true));
  child.once('exit', () => (ended = true));
  while (!ended && Date.now() < untilMs) {
    try {
      const answer = await fetch(`${url}/moto-api/data.json`);
      if (answer.ok) return true;
    } catch {
      // Not listening yet.
    }
    await delay(100);
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
