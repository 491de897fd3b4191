import type { Cuboid } from './lattice.ts';
import type { Side } from './evidence.ts';

/** An element under test: one group of one cuboid, and the side its costs moved to. */
export interface Candidate {
  readonly cuboid: number;
  readonly group: number;
  readonly side: Side;
  /** Penalised log-likelihood ratio, in nats: how much better "one cause here" describes the leaves. */
  readonly score: number;
}

/**
 * Description length of naming an element: which of the cuboids of its layer, which of its groups
 * (Rissanen 1978). Twice as many groups need one more bit of evidence.
 */
export function descriptionLength(cuboid: Cuboid, dimensions: number): number {
  return Math.log(binomial(dimensions, cuboid.layer) * dimensions) + Math.log(cuboid.groups);
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return value;
}

/** The best `limit` groups over all cuboids whose sum exceeds their description length and whose change passes `deltaMin`. */
export function bestCandidates(
  search: {
    readonly cuboids: readonly Cuboid[];
    readonly dimensions: number;
    readonly ratios: readonly [readonly Float64Array[], readonly Float64Array[]];
    readonly deltas: readonly Float64Array[];
    readonly deltaMin: number;
  },
  limit: number,
): Candidate[] {
  const { cuboids, ratios, deltas, deltaMin } = search;
  const best: Candidate[] = [];
  let floor = 0;
  for (let c = 0; c < cuboids.length; c++) {
    const cuboid = cuboids[c] as Cuboid;
    const length = descriptionLength(cuboid, search.dimensions);
    const delta = deltas[c] as Float64Array;
    for (const side of [0, 1] as const) {
      const sums = ratios[side][c] as Float64Array;
      for (let group = 0; group < sums.length; group++) {
        const score = (sums[group] as number) - length;
        if (score <= floor || Math.abs(delta[group] as number) < deltaMin) continue;
        best.push({ cuboid: c, group, side, score });
        if (best.length >= 4 * limit) {
          keepBest(best, limit);
          floor = (best[limit - 1] as Candidate).score;
        }
      }
    }
  }
  keepBest(best, limit);
  return best;
}

function keepBest(candidates: Candidate[], limit: number): void {
  candidates.sort((a, b) => b.score - a.score || a.cuboid - b.cuboid || a.group - b.group);
  candidates.length = Math.min(candidates.length, limit);
}
