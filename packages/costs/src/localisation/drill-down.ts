import { groupOfLeaf } from './lattice.ts';
import { BINS } from './bins.ts';
import { refine, type Refined, type Refining } from './refine.ts';

/**
 * Where a set of finer elements along one more dimension describes the same leaves better (after
 * paying for naming each of them), the best of them is taken instead; the others follow in later rounds.
 */
export function drillDown(parent: Refined, context: Refining, scoreMin: number): Refined {
  const { cuboids, dimensions } = context.naming;
  const { cube } = context;
  const mask = cuboids[parent.cuboid]?.mask ?? 0;
  let current = parent;
  let gain = 0;
  for (let d = 0; d < dimensions; d++) {
    if (mask & (1 << d)) continue;
    const child = cuboids.findIndex((cuboid) => cuboid.mask === (mask | (1 << d)));
    if (child < 0) continue;
    const split = splitScore(parent, context, cube.codes[d] as Int32Array);
    if (split.gain <= gain) continue;
    const group = groupOfLeaf(cuboids, child, split.sample);
    const part = refine({ ...parent, cuboid: child, group }, context);
    if (part.score < scoreMin) continue;
    gain = split.gain;
    current = part;
  }
  return current === parent ? parent : drillDown(current, context, scoreMin);
}

/** How much better the best children of a candidate describe its leaves, and a leaf of the best of them. */
function splitScore(
  parent: Refined,
  { evidence }: Refining,
  codes: Int32Array,
): { gain: number; sample: number } {
  const { leaves, table, side } = parent;
  const sums = new Map<number, { sum: number; readonly sample: number }>();
  for (let i = 0; i < leaves.length; i++) {
    const leaf = leaves[i] as number;
    const cell = (evidence.size[leaf] as number) * BINS + (evidence.bin[leaf] as number);
    const ratio = evidence.side[leaf] === side ? (table[cell] as number) : parent.contraryLog;
    const child = sums.get(codes[leaf] as number);
    if (child) child.sum += ratio;
    else sums.set(codes[leaf] as number, { sum: ratio, sample: leaf });
  }
  // Naming a child costs as much as choosing it among its siblings, and one nat for each cause.
  const nameOne = Math.log(sums.size + 1) + 1;
  let gain = 0;
  let best = { sum: 0, sample: -1 };
  for (const child of sums.values()) {
    gain += child.sum > nameOne ? -nameOne : -child.sum;
    if (child.sum > best.sum) best = child;
  }
  return best.sample < 0 ? { gain: 0, sample: -1 } : { gain, sample: best.sample };
}
