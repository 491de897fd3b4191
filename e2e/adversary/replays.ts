import type { Digest, SignedReview } from '@counterfoil/core';
import { PEOPLE, type GuardedFlow } from './guarded-flow.ts';
import type { SignedApproval } from './oracle.ts';

/**
 * Repeats whatever can be repeated once everything has run: jobs of finished actions, reviews, reviews moved to other actions, votes of
 * people who may not, and the proposal itself in a new case; then lets time run out.
 */
export async function replayEverything(
  flow: GuardedFlow,
  approvals: readonly SignedApproval[],
  chance: () => number,
): Promise<void> {
  const digests = approvals.map(({ digest }) => digest);
  enqueueAgain(flow, digests);
  await flow.run();
  flow.receive(flow.world.signal(flow.world.knowledge.homeAccount, 2));
  await flow.run();
  const fresh = flow.asked().map(({ request }) => request.digest);
  for (const digest of fresh) {
    for (const old of digests) submitMoved(flow, old, digest);
    flow.review(digest, PEOPLE.eve);
    submitForged(flow, digest, chance);
  }
  enqueueAgain(flow, [...digests, ...fresh]);
  await flow.run();
  await reproposeOld(flow, approvals);
  await flow.run(48 * 3_600_000);
  for (const digest of fresh) flow.review(digest);
  await flow.run();
}

function enqueueAgain({ store }: GuardedFlow, digests: readonly Digest[]): void {
  for (const digest of digests) {
    for (const task of ['execute', 'resolve', 'verify'] as const) {
      const key = `${task}:again:${digest}`;
      store.jobs.enqueue([{ queue: 'executor', task, payload: { digest }, key }]);
    }
  }
}

/** A review that was given for one action, presented for another: the statement changes, or the place where it is filed. */
function submitMoved(flow: GuardedFlow, old: Digest, digest: Digest): void {
  const review = PEOPLE.ana.review(old, 'approve', '2026-03-02T08:00:00.000Z');
  flow.store.submitReview({ ...review, statement: { ...review.statement, digest } });
}

function submitForged(flow: GuardedFlow, digest: Digest, chance: () => number): void {
  const real = PEOPLE.eve.review(digest, 'approve', new Date(flow.clock.nowMs()).toISOString());
  const as = (change: Partial<SignedReview['statement']>): SignedReview => ({
    ...real,
    statement: { ...real.statement, ...change },
  });
  const { keyId } = PEOPLE.ana.approver.keys[0];
  const forgeries = [
    as({ personId: 'ana' }),
    as({ personId: 'ana', keyId }),
    as({ personId: 'agent:r1' }),
    as({ personId: 'schedule:detect' }),
    { ...real, signature: 'A'.repeat(86) } as SignedReview,
  ];
  const chosen = forgeries[Math.floor(chance() * forgeries.length)];
  if (chosen) flow.store.submitReview(chosen);
}

/** An agent of an attacker records the old actions again, byte for byte, in the new case. */
async function reproposeOld(
  flow: GuardedFlow,
  approvals: readonly SignedApproval[],
): Promise<void> {
  flow.receive(flow.world.signal(flow.world.knowledge.homeAccount, 3));
  const old = flow.store.states()[0]?.proposal;
  const opened = flow.store.states().length;
  for (let jobs = 0; jobs < 3 && flow.store.states().length === opened; jobs += 1) {
    await flow.run(1);
  }
  const fresh = flow.store.states().at(-1);
  if (!old || !fresh || approvals.length === 0) return;
  await flow.store.cases.commit({
    caseId: fresh.caseId,
    versionExpected: fresh.version,
    events: [{ type: 'proposal_made', proposal: { ...old, caseId: fresh.caseId } }],
    jobs: [
      { queue: 'executor', task: 'gate', payload: { caseId: fresh.caseId }, key: 'gate:again' },
    ],
  });
}
