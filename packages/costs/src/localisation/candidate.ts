import type { Side } from './evidence.ts';
import type { Cuboid } from './lattice.ts';

/** An element under test: one group of one cuboid, and the side its costs moved to. */
export interface Candidate {
  readonly cuboid: number;
  readonly group: number;
  readonly side: Side;
  /** Penalised log-likelihood ratio, in nats: how much better "one cause here" describes the leaves. */
  readonly score: number;
}

/** What it costs to name an element, for every group of every cuboid. */
export interface Naming {
  readonly cuboids: readonly Cuboid[];
  readonly dimensions: number;
  /** Spend of each group (the larger of actual and expected), and of the whole table. */
  readonly spend: readonly Float64Array[];
  readonly spendTotal: number;
}

/**
 * Description length of naming an element (Rissanen 1978): which layer, which of its cuboids, which
 * group. Of the groups, half of the code space goes to each alike and half in proportion to spend:
 * a dollar is as likely to be touched as any other, so the elements where the money is are likelier
 * causes than the thousands that hold next to nothing, and neither half costs more than one bit.
 */
export function descriptionLength(naming: Naming, cuboid: number, group: number): number {
  const own = naming.cuboids[cuboid] as Cuboid;
  const spend = (naming.spend[cuboid] as Float64Array)[group] as number;
  const share = naming.spendTotal > 0 ? spend / naming.spendTotal : 0;
  return layerLength(naming, own) - Math.log(0.5 / own.groups + 0.5 * share);
}

/** The part of the description length that all groups of a cuboid share. */
function layerLength({ dimensions }: Naming, cuboid: Cuboid): number {
  return Math.log(binomial(dimensions, cuboid.layer) * dimensions);
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return value;
}

/** From which change on, in the unit of the figures, a cause counts: fully, and at all. */
export interface SpendFloor {
  readonly full: number;
  readonly hard: number;
}

const SMALLNESS_POWER = 8;

/**
 * What a change below the full floor costs, in nats: small causes matter less, so they have to be
 * surer, by a high power of how small they are.
 */
export function smallness(change: number, { full, hard }: SpendFloor): number {
  if (change < hard) return Infinity;
  return change >= full ? 0 : SMALLNESS_POWER * Math.log(full / change);
}

/** What {@link bestCandidates} searches. */
export interface CandidateSearch {
  readonly naming: Naming;
  /** Sum of the log-likelihood ratios of each group's leaves, for each side. */
  readonly ratios: readonly [readonly Float64Array[], readonly Float64Array[]];
  /** Sum of the changes to each side of each group's leaves. */
  readonly moves: readonly [readonly Float64Array[], readonly Float64Array[]];
  /** For each side and cuboid the groups to look at, ascending; all of them where it is undefined. */
  readonly open: readonly [readonly Int32Array[], readonly Int32Array[]] | undefined;
  /** What a small change costs, in nats; Infinity where it is too small to be a cause. */
  readonly spendFloor: SpendFloor;
}

/**
 * The groups whose changes to a side pass the hard floor, for {@link CandidateSearch.open}. As leaves
 * are taken changes only shrink, so that no other group can pass it later.
 */
export function openGroups(
  moves: CandidateSearch['moves'],
  { hard }: SpendFloor,
): CandidateSearch['open'] {
  if (hard <= 0) return undefined;
  const passing = (moved: Float64Array): Int32Array => {
    const groups: number[] = [];
    for (let g = 0; g < moved.length; g++) if ((moved[g] as number) >= hard) groups.push(g);
    return Int32Array.from(groups);
  };
  return [moves[0].map(passing), moves[1].map(passing)];
}

/** Before its effect is fitted a candidate may fall short of its description by so much. */
const ROUGH_SCORE_MIN = -5;

/** The best `limit` groups over all cuboids by how far the sum of their leaves’ ratios exceeds what naming them costs. */
export function bestCandidates(search: CandidateSearch, limit: number): Candidate[] {
  const best: Candidate[] = [];
  let floor = ROUGH_SCORE_MIN;
  for (let cuboid = 0; cuboid < search.naming.cuboids.length; cuboid++) {
    floor = scanCuboid(search, { cuboid, side: 0, limit, floor }, best);
    floor = scanCuboid(search, { cuboid, side: 1, limit, floor }, best);
  }
  keepBest(best, limit);
  return best;
}

function scanCuboid(
  { naming, ratios, moves, spendFloor, open }: CandidateSearch,
  place: { cuboid: number; side: Side; limit: number; floor: number },
  best: Candidate[],
): number {
  const { cuboid, side, limit } = place;
  const sums = ratios[side][cuboid] as Float64Array;
  const moved = moves[side][cuboid] as Float64Array;
  const shortest = layerLength(naming, naming.cuboids[cuboid] as Cuboid);
  let floor = place.floor;
  const groups = open?.[side][cuboid];
  const count = groups ? groups.length : sums.length;
  for (let k = 0; k < count; k++) {
    const group = groups ? (groups[k] as number) : k;
    if ((sums[group] as number) - shortest <= floor || (moved[group] as number) < spendFloor.hard)
      continue;
    const length = descriptionLength(naming, cuboid, group);
    const score = (sums[group] as number) - length - smallness(moved[group] as number, spendFloor);
    if (score <= floor) continue;
    best.push({ cuboid, group, side, score });
    if (best.length >= 4 * limit) {
      keepBest(best, limit);
      floor = (best[limit - 1] as Candidate).score;
    }
  }
  return floor;
}

function keepBest(candidates: Candidate[], limit: number): void {
  candidates.sort((a, b) => b.score - a.score || a.cuboid - b.cuboid || a.group - b.group);
  candidates.length = Math.min(candidates.length, limit);
}
