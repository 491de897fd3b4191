import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../.peers/tlog-verifier', import.meta.url));

/** Why a test that needs the verifier is skipped. */
export const TLOG_VERIFIER_MISSING =
  'needs .peers/tlog-verifier: npm test builds it where Go 1.26 or Python is at hand';

/** What the verifier says of a published log; `problem` is empty where it is verified. */
export interface TlogVerdict {
  readonly status: 'verified' | 'rejected';
  readonly size: number;
  readonly records: number;
  readonly problem: string;
}

/** What it is given: a folder with checkpoint and tiles, the two public keys, and perhaps an earlier checkpoint's file. */
export interface TlogQuestion {
  readonly directory: string;
  readonly logVerifierKey: string;
  readonly witnessVerifierKey: string;
  readonly known?: string;
}

/** Asks a verifier whose tiles, proofs, notes and cosignatures are others' code; `null` where it is not built. */
export function openTlogVerifier(): ((question: TlogQuestion) => Promise<TlogVerdict>) | null {
  if (!existsSync(PROGRAM)) return null;
  return async ({ directory, logVerifierKey, witnessVerifierKey, known }) => {
    const given = ['-directory', directory, '-log', logVerifierKey, '-witness', witnessVerifierKey];
    const args = known === undefined ? given : [...given, '-known', known];
    const child = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    for await (const chunk of child.stdout) output += String(chunk);
    return JSON.parse(output) as TlogVerdict;
  };
}
