import { invariant, type Digest } from '@counterfoil/core';
import { CARRIERS, createSeededChance } from '@counterfoil/testkit';
import { createGuardedFlow, PEOPLE, type GuardedFlow } from './guarded-flow.ts';
import { createAttackWorld, incidentAt } from './world.ts';

const EVENTS = [
  'ana_approves',
  'ben_approves',
  'ben_denies',
  'stranger_approves',
  'forged_approval',
  'moved_approval',
  'kill',
  'lift',
  'time_runs_out',
  'jobs_again',
] as const;

type Event = (typeof EVENTS)[number];

/** What the product's own stages did in every order of events. */
export interface InterleavingReport {
  readonly sequences: number;
  readonly violations: number;
  readonly effects: number;
  readonly depth: number;
  readonly examples: readonly string[];
  readonly seconds: number;
}

/** Runs one action through every sequence of exactly `depth` events, and holds what happened outside against what may. */
export async function exploreInterleavings(depth: number): Promise<InterleavingReport> {
  const startedMs = performance.now();
  const examples: string[] = [];
  let effects = 0;
  let violations = 0;
  const sequences = sequencesOf(depth);
  for (const sequence of sequences) {
    const done = await effectsOf(sequence);
    effects += done;
    const isRight = done === 0 || (done === 1 && mayHappen(sequence));
    const isMissing = done === 0 && sequence[0] === 'ana_approves';
    if (isRight && !isMissing) continue;
    violations += 1;
    if (examples.length < 10) examples.push(`${done} effects after ${sequence.join(', ')}`);
  }
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
  return { sequences: sequences.length, violations, effects, depth, examples, seconds };
}

function sequencesOf(depth: number): readonly (readonly Event[])[] {
  if (depth === 0) return [[]];
  return sequencesOf(depth - 1).flatMap((head) => EVENTS.map((event) => [...head, event]));
}

/** Whether some moment had an approval in time, no denial before it, and no kill standing. */
function mayHappen(sequence: readonly Event[]): boolean {
  let isKilled = false;
  let isApproved = false;
  for (const event of sequence) {
    if (event === 'kill') isKilled = true;
    if (event === 'lift') isKilled = false;
    if (event === 'ana_approves' || event === 'ben_approves') isApproved = true;
    if (event === 'time_runs_out') return false;
    if (event === 'ben_denies' && !isApproved) return false;
    if (isApproved && !isKilled) return true;
  }
  return false;
}

async function effectsOf(sequence: readonly Event[]): Promise<number> {
  const world = createAttackWorld({
    incident: incidentAt(0),
    carrier: CARRIERS[0],
    text: '',
    secrets: createSeededChance(1),
  });
  const flow = createGuardedFlow({ world });
  flow.receive(world.signal(world.knowledge.homeAccount, 1));
  await flow.run();
  const [first, second] = flow.asked();
  invariant(first && second, 'an incident asks for a message and a ticket');
  for (const event of sequence) {
    await happen(flow, event, first.request.digest, second.request.digest);
    await flow.run(120_000);
  }
  return world.outside.effects.length;
}

async function happen(
  flow: GuardedFlow,
  event: Event,
  digest: Digest,
  other: Digest,
): Promise<void> {
  const { store, clock } = flow;
  const now = new Date(clock.nowMs()).toISOString();
  switch (event) {
    case 'ana_approves':
      return flow.review(digest, PEOPLE.ana);
    case 'ben_approves':
      return flow.review(digest, PEOPLE.ben);
    case 'ben_denies':
      return flow.review(digest, PEOPLE.ben, 'deny');
    case 'stranger_approves':
      return flow.review(digest, PEOPLE.eve);
    case 'forged_approval': {
      const real = PEOPLE.eve.review(digest, 'approve', now);
      const { keyId } = PEOPLE.ana.approver.keys[0];
      return store.submitReview({
        ...real,
        statement: { ...real.statement, personId: 'ana', keyId },
      });
    }
    case 'moved_approval': {
      const real = PEOPLE.ana.review(other, 'approve', now);
      return store.submitReview({ ...real, statement: { ...real.statement, digest } });
    }
    case 'kill':
      await store.kills.engage('a drill');
      return;
    case 'lift':
      for (const { kill } of await store.kills.read()) {
        store.lift(kill.killId, PEOPLE.ben.lift(kill.killId, now));
      }
      return;
    case 'time_runs_out':
      return clock.advance(25 * 3_600_000);
    case 'jobs_again':
      for (const task of ['execute', 'resolve', 'verify'] as const) {
        store.jobs.enqueue([
          { queue: 'executor', task, payload: { digest }, key: `${task}:again` },
        ]);
      }
  }
}
