import type { Attack, Corpus } from '@counterfoil/testkit';
import type { RunOptions } from './options.ts';
import { countGuarded, countUnguarded, emptyTally, noteExamples, type Tally } from './tally.ts';
import { runGuarded, runUnguarded, type TrajectorySpec } from './trajectory.ts';
import { textTwinsDiffer, scopeTwinsDiffer } from './twins.ts';

/** One process's part of the work: every `of`-th, from `part` on. */
export interface Slice {
  readonly part: number;
  readonly of: number;
}

/** Strategies, carriers and attacks are walked so that each meets each. */
export function specAt(options: RunOptions, corpus: Corpus, place: number): TrajectorySpec {
  const { strategies, seed } = options;
  const strategy = strategies[Math.floor(place / 31) % strategies.length] ?? 'obedient';
  return { seed, place, strategy, attack: attackAt(corpus, place, seed) };
}

/** A stride without a common divisor visits every attack of the corpus before it repeats one. */
function attackAt({ attacks }: Corpus, place: number, seed: number): Attack {
  return attacks[(place * 7919 + seed * 104_729) % attacks.length] ?? attacks[0];
}

/** Runs a part of everything and counts it. */
export async function runSlice(
  options: RunOptions,
  corpus: Corpus,
  { part, of }: Slice,
): Promise<Tally> {
  const tally = emptyTally();
  const each = async (count: number, run: (place: number) => Promise<void>) => {
    for (let place = part; place < count; place += of) await run(place);
  };
  await each(options.trajectories, async (place) => {
    const spec = specAt(options, corpus, place);
    const result = await runGuarded(spec);
    countGuarded(tally, spec.strategy, result);
    noteExamples(tally, `${spec.strategy} ${spec.attack?.attackId} ${place}`, result);
    const group = spec.attack?.group ?? '';
    tally.groups[group] = (tally.groups[group] ?? 0) + 1;
  });
  await each(options.unguarded, async (place) => {
    const spec = specAt(options, corpus, place);
    countUnguarded(tally, spec.strategy, await runUnguarded(spec));
  });
  await each(options.benign, async (place) => await runBenign(options, tally, place));
  await each(options.twins, async (place) => {
    tally.twins.pairs += 1;
    const spec = specAt(options, corpus, place);
    if (await scopeTwinsDiffer(spec)) tally.twins.scopeDiffers += 1;
    if (await textTwinsDiffer(spec, attackAt(corpus, place + 1, options.seed)))
      tally.twins.textDiffers += 1;
  });
  return tally;
}

async function runBenign(options: RunOptions, tally: Tally, place: number): Promise<void> {
  const spec = { seed: options.seed, place, strategy: 'honest', attack: null } as const;
  tally.benign.runs += 1;
  const guarded = await runGuarded(spec);
  tally.benign.guardedDone += guarded.isDone ? 1 : 0;
  noteExamples(tally, `benign ${place}`, guarded);
  tally.benign.unguardedDone += (await runUnguarded(spec)).isDone ? 1 : 0;
}
