import { groupOfLeaf } from './lattice.ts';
import { BINS } from './bins.ts';
import { refine, type Refined, type Refining } from './refine.ts';

/**
 * Where a set of finer elements along one more dimension describes the same leaves better (after
 * paying for naming each of them), the best of them is taken instead; the others follow in later rounds.
 */
export function drillDown(parent: Refined, context: Refining, scoreMin: number): Refined {
  const { cuboids, dimensions } = context.naming;
  const mask = cuboids[parent.cuboid]?.mask ?? 0;
  let current = parent;
  let gain = 0;
  for (let d = 0; d < dimensions; d++) {
    if (mask & (1 << d)) continue;
    const child = cuboids.findIndex((cuboid) => cuboid.mask === (mask | (1 << d)));
    if (child < 0) continue;
    const split = splitScore(parent, child, context);
    if (split.gain <= gain) continue;
    const part = refine({ ...parent, cuboid: child, group: split.group }, context);
    if (part.score < scoreMin) continue;
    gain = split.gain;
    current = part;
  }
  return current === parent ? parent : drillDown(current, context, scoreMin);
}

/** How much better the best children of a candidate describe its leaves, and which of them is best. */
function splitScore(
  parent: Refined,
  child: number,
  { evidence, naming }: Refining,
): { gain: number; group: number } {
  const sums = new Map<number, number>();
  for (const leaf of parent.leaves) {
    const group = groupOfLeaf(naming.cuboids, child, leaf);
    const cell = (evidence.size[leaf] as number) * BINS + (evidence.bin[leaf] as number);
    const ratio =
      evidence.side[leaf] === parent.side ? (parent.table[cell] as number) : parent.contraryLog;
    sums.set(group, (sums.get(group) ?? 0) + ratio);
  }
  // Naming a child costs as much as choosing it among its siblings, and one nat for each cause.
  const nameOne = Math.log(sums.size + 1) + 1;
  let gain = 0;
  let best = -1;
  let bestSum = 0;
  for (const [group, sum] of sums) {
    gain += sum > nameOne ? -nameOne : -sum;
    if (sum > bestSum) [best, bestSum] = [group, sum];
  }
  return best < 0 ? { gain: 0, group: best } : { gain, group: best };
}
