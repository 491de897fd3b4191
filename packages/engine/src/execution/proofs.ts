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
  /** How long a step waits for the log before its job is left to be retried. */
  readonly proofWaitMs: number;
}

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
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    try {
      const chosen = choose(await caseLeaves(caseId));
      if (chosen) return await proveEach(dependencies, chosen);
      throw behind(caseId);
    } catch (error) {
      const isBehind = error instanceof UpstreamError && error.code === 'LOG_BEHIND';
      if (!isBehind || waitedMs >= proofWaitMs) throw error;
      await wait(POLL_MS);
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
