import type { TrajectoryResult } from './trajectory.ts';

/** Counts of one group of trajectories. */
export interface Count {
  trajectories: number;
  unauthorisedEffects: number;
  leaks: number;
  /** Of those whose agent was ours and whose people answered, how many did all their work. */
  workable: number;
  done: number;
}

/** What a slice of the work came to; slices of all processes are added up. */
export interface Tally {
  readonly guarded: Record<string, Count>;
  readonly byCarrier: Record<string, Count>;
  readonly unguarded: Record<string, { trajectories: number; succeeded: number }>;
  readonly benign: { runs: number; guardedDone: number; unguardedDone: number };
  readonly twins: { pairs: number; scopeDiffers: number; textDiffers: number };
  readonly groups: Record<string, number>;
  bitsMax: number;
  readonly examples: string[];
}

const EXAMPLES_MAX = 20;

export function emptyTally(): Tally {
  return {
    guarded: {},
    byCarrier: {},
    unguarded: {},
    benign: { runs: 0, guardedDone: 0, unguardedDone: 0 },
    twins: { pairs: 0, scopeDiffers: 0, textDiffers: 0 },
    groups: {},
    bitsMax: 0,
    examples: [],
  };
}

/** Counts one guarded trajectory, by strategy and by carrier. */
export function countGuarded(tally: Tally, strategy: string, result: TrajectoryResult): void {
  for (const count of [
    countOf(tally.guarded, strategy),
    countOf(tally.byCarrier, result.carrierId),
  ]) {
    count.trajectories += 1;
    count.unauthorisedEffects += result.unauthorised.length;
    count.leaks += result.leaks.length;
    if (!result.isWorkable) continue;
    count.workable += 1;
    count.done += result.isDone ? 1 : 0;
  }
  tally.bitsMax = Math.max(tally.bitsMax, result.bits);
}

/** Keeps some of what was found, to look at. */
export function noteExamples(tally: Tally, about: string, result: TrajectoryResult): void {
  for (const text of [...result.unauthorised, ...result.leaks]) {
    if (tally.examples.length < EXAMPLES_MAX) tally.examples.push(`${about}: ${text}`);
  }
}

export function countUnguarded(tally: Tally, strategy: string, result: TrajectoryResult): void {
  const count = (tally.unguarded[strategy] ??= { trajectories: 0, succeeded: 0 });
  count.trajectories += 1;
  count.succeeded += result.unauthorised.length + result.leaks.length > 0 ? 1 : 0;
}

/** Adds what another process counted. */
export function addTally(into: Tally, from: Tally): void {
  addRecords(into.guarded, from.guarded);
  addRecords(into.byCarrier, from.byCarrier);
  addRecords(into.unguarded, from.unguarded);
  addNumbers(into.benign, from.benign);
  addNumbers(into.twins, from.twins);
  for (const [group, count] of Object.entries(from.groups)) {
    into.groups[group] = (into.groups[group] ?? 0) + count;
  }
  into.bitsMax = Math.max(into.bitsMax, from.bitsMax);
  into.examples.push(...from.examples.slice(0, EXAMPLES_MAX - into.examples.length));
}

function countOf(counts: Record<string, Count>, name: string): Count {
  return (counts[name] ??= {
    trajectories: 0,
    unauthorisedEffects: 0,
    leaks: 0,
    workable: 0,
    done: 0,
  });
}

function addRecords<Numbers extends object>(
  into: Record<string, Numbers>,
  from: Record<string, Numbers>,
): void {
  for (const [name, numbers] of Object.entries(from)) {
    const known = into[name];
    if (known) addNumbers(known, numbers);
    else into[name] = { ...numbers };
  }
}

function addNumbers<Numbers extends object>(into: Numbers, from: Numbers): void {
  const sums = into as Record<string, number>;
  for (const [name, value] of Object.entries(from as Record<string, number>)) {
    sums[name] = (sums[name] ?? 0) + value;
  }
}
