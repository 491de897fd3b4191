import { UpstreamError, type LogReader } from '@counterfoil/core';
import { proveEntry, type ProvenLeaf, type Trust } from '@counterfoil/guard';
import { proofSource } from '@counterfoil/tlog';
import type { Wait } from '../durable/wait.ts';

/** A leaf of the log with its payload, once the log process has given it a place. */
export interface CaseLeaf extends ProvenLeaf {
  readonly leafId: string;
}

/** Reads every integrated leaf of a case, oldest first. */
export type ReadCaseLeaves = (caseId: string) => Promise<readonly CaseLeaf[]>;

export interface ProofDependencies {
  readonly caseLeaves: ReadCaseLeaves;
  readonly logReader: LogReader;
  readonly trust: Trust;
  readonly wait: Wait;
  /** Tells of new checkpoints, so that nobody waits longer than the log takes. Without it the log is asked again each 100 ms. */
  readonly checkpoints?: CheckpointWatch;
  /** How long a step waits for the log before its job is left to be retried. */
  readonly proofWaitMs: number;
}

/** Begins to watch; the function that it returns ends at the next checkpoint since then, or after so long, and says how long that was. */
export type CheckpointWatch = () => (timeoutMs: number) => Promise<number>;

const POLL_MS = 100;

/**
 * Waits until `choose` finds its leaves in the log, and proves each under the published, witnessed checkpoint. `choose`
 * answers null while one is missing. Throws `UpstreamError` `LOG_BEHIND` after the bounded wait (the log or the witness is
 * down: effects stop), `IntegrityError` where a leaf is not what the log holds.
 */
export async function proveLeaves(
  dependencies: ProofDependencies,
  caseId: string,
  choose: (leaves: readonly CaseLeaf[]) => readonly CaseLeaf[] | null,
): Promise<readonly CaseLeaf[]> {
  const { caseLeaves, wait, proofWaitMs } = dependencies;
  for (let waitedMs = 0; ;) {
    const next = dependencies.checkpoints?.();
    try {
      const chosen = choose(await caseLeaves(caseId));
      if (chosen) return await proveEach(dependencies, chosen);
      throw behind(caseId);
    } catch (error) {
      const isBehind = error instanceof UpstreamError && error.code === 'LOG_BEHIND';
      if (!isBehind || waitedMs >= proofWaitMs) throw error;
      if (next) waitedMs += await next(POLL_MS);
      else {
        await wait(POLL_MS);
        waitedMs += POLL_MS;
      }
    }
  }
}

async function proveEach(
  { logReader, trust }: ProofDependencies,
  leaves: readonly CaseLeaf[],
): Promise<readonly CaseLeaf[]> {
  const source = proofSource(logReader);
  for (const { entryText, index } of leaves) {
    await proveEntry({ source, trust, entryText, index });
  }
  return leaves;
}

function behind(caseId: string): UpstreamError {
  return new UpstreamError('LOG_BEHIND', `an entry of case ${caseId} is not in the log yet`, {
    remedy: 'check that the log and the witness run; effects wait for them',
  });
}
