import type { ActionState, CaseState, CaseStatus, JobDraft } from '@counterfoil/core';
import { nextJob } from './jobs.ts';

/** What the sweep works with: pages of cases by status, and a queue. The store has both. */
export interface SweepPorts {
  list(page: {
    readonly status: CaseStatus;
    readonly limit: number;
    readonly after?: string;
  }): Promise<{
    readonly items: readonly { readonly state: CaseState }[];
    readonly next: string | null;
  }>;
  enqueue(jobs: readonly JobDraft[]): Promise<void>;
}

/** Statuses in which a case waits for the agent's or the executor's own work, not for people. */
export const SWEPT_STATUSES = {
  agent: ['investigating', 'proposing'],
  executor: ['deciding', 'executing', 'verifying'],
} as const satisfies Record<JobDraft['queue'], readonly CaseStatus[]>;

const PAGE = 100;

/**
 * Enqueues what is undone in cases of a queue: a job that a long kill, a long outage or many crashes made a dead letter is so
 * not lost. Keys are those of the stages, and each stage decides from the state, so a job too many changes nothing.
 */
export async function sweep(ports: SweepPorts, queue: JobDraft['queue']): Promise<void> {
  for (const status of SWEPT_STATUSES[queue]) {
    for (let after: string | undefined; ;) {
      const position = after === undefined ? {} : { after };
      const page = await ports.list({ status, limit: PAGE, ...position });
      const jobs = page.items.flatMap(({ state }) => undoneJobs(state));
      if (jobs.length > 0) await ports.enqueue(jobs);
      if (page.next === null) break;
      after = page.next;
    }
  }
}

/** The jobs that a case needs to move on by itself; none where it waits for people or is at its end. */
export function undoneJobs(state: CaseState): readonly JobDraft[] {
  const { caseId, status, actions } = state;
  switch (status) {
    case 'investigating':
      return [nextJob.investigate(caseId)];
    case 'proposing':
      return [nextJob.propose(caseId)];
    case 'deciding':
      return [nextJob.gate(caseId)];
    case 'executing':
    case 'verifying':
      return actions.flatMap(jobOf);
    case 'awaiting_approval':
    case 'closed':
    case 'halted':
      return [];
  }
}

function jobOf({ action, status }: ActionState): readonly JobDraft[] {
  const { digest } = action;
  if (status === 'approved' || status === 'executing') return [nextJob.execute(digest)];
  return status === 'performed' ? [nextJob.verify(digest)] : [];
}
