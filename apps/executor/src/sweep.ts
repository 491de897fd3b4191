import type { CaseStatus, Digest } from '@counterfoil/core';
import type { StageHandler } from '@counterfoil/engine';
import type { CaseReads } from '@counterfoil/store';

/** What the sweep works with. */
export interface SweepOptions {
  readonly cases: Pick<CaseReads, 'list'>;
  readonly execute: StageHandler;
  readonly verify: StageHandler;
  readonly onError: (error: unknown, digest: Digest) => void;
}

const PAGE = 100;
const STATUSES: readonly CaseStatus[] = ['executing', 'verifying'];

/**
 * Takes up every action that is approved, under way or not yet verified. A job that a long kill or a long outage of the log
 * made a dead letter is so not lost: the sweep runs at the start, when a kill is lifted, and now and then. Each stage
 * decides from the state, so taking one up twice changes nothing.
 */
export async function sweep({ cases, execute, verify, onError }: SweepOptions): Promise<void> {
  for (const status of STATUSES) {
    for (let after: string | undefined; ;) {
      const page = await cases.list({
        status,
        limit: PAGE,
        ...(after === undefined ? {} : { after }),
      });
      for (const { action, status: actionStatus } of page.items.flatMap(
        (row) => row.state.actions,
      )) {
        const { digest } = action;
        const isOpen = actionStatus === 'approved' || actionStatus === 'executing';
        const stage = isOpen ? execute : actionStatus === 'performed' ? verify : null;
        await stage?.({ digest }).catch((error: unknown) => onError(error, digest));
      }
      if (page.next === null) break;
      after = page.next;
    }
  }
}
