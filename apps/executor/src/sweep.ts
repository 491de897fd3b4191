import type { ActionState, CaseStatus, JobDraft } from '@counterfoil/core';
import { nextJob } from '@counterfoil/engine';
import type { CaseReads, JobQueue } from '@counterfoil/store';

/** What the sweep works with. */
export interface SweepOptions {
  readonly cases: Pick<CaseReads, 'list'>;
  readonly jobs: JobQueue;
}

const PAGE = 100;
const STATUSES: readonly CaseStatus[] = ['deciding', 'executing', 'verifying'];

/**
 * Enqueues what is undone: a job that a long kill or a long outage of the log made a dead letter is so not lost. Runs at the
 * start, when a kill is lifted, and now and then. Keys are those of the stages, and each stage decides from the state, so a
 * job too many changes nothing.
 */
export async function sweep({ cases, jobs }: SweepOptions): Promise<void> {
  for (const status of STATUSES) {
    for (let after: string | undefined; ;) {
      const position = after === undefined ? {} : { after };
      const page = await cases.list({ status, limit: PAGE, ...position });
      const undone = page.items.flatMap(({ caseId, state }) =>
        status === 'deciding' ? [nextJob.gate(caseId)] : state.actions.flatMap(jobOf),
      );
      await jobs.enqueue(undone);
      if (page.next === null) break;
      after = page.next;
    }
  }
}

function jobOf({ action, status }: ActionState): readonly JobDraft[] {
  const { digest } = action;
  if (status === 'approved' || status === 'executing') return [nextJob.execute(digest)];
  return status === 'performed' ? [nextJob.verify(digest)] : [];
}
