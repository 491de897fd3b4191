import type { Digest, JobDraft } from '@counterfoil/core';

/** The next job of each stage. Keys are stable, so that the same step enqueues the same job. */
export const nextJob = {
  investigate: (caseId: string): JobDraft => caseJob('investigate', caseId),
  propose: (caseId: string): JobDraft => caseJob('propose', caseId),
  /** Decided where it is executed: the agent may only ask. */
  gate: (caseId: string): JobDraft => ({ ...caseJob('gate', caseId), queue: 'executor' }),
  execute: (digest: Digest): JobDraft => actionJob('execute', digest),
  verify: (digest: Digest): JobDraft => actionJob('verify', digest),
  /** Settles an action whose time is up; its own key, so that a review's job does not replace it. */
  deadline: (digest: Digest, runAt: string): JobDraft => ({
    ...actionJob('resolve', digest),
    key: `deadline:${digest}`,
    runAt,
  }),
};

function caseJob(task: 'investigate' | 'propose' | 'gate', caseId: string): JobDraft {
  return { queue: 'agent', task, payload: { caseId }, key: `${task}:${caseId}` };
}

function actionJob(task: 'execute' | 'verify' | 'resolve', digest: Digest): JobDraft {
  return { queue: 'executor', task, payload: { digest }, key: `${task}:${digest}` };
}
