import type { Calendar } from './calendar.ts';
import { medianOf } from './robust.ts';

/** Weeks that a weekday's factor is the median of. */
export const PROFILE_WEEKS = 6;
const FACTOR_MIN = 0.02;
/** So near to a month's end most charges of the month fall: such days teach nothing of weekdays. */
const SKIPPED_EDGE_DAYS = 3;
/** A weekday stands apart from its kind (working day or weekend) beyond so many standard errors. */
const APART_ERRORS = 3;
const SPREAD_MIN = 0.01;

/**
 * Factor of each weekday on the week's mean, from `cost` of the weeks before day `t`. Working days
 * share one factor and weekend days another, unless a day's own differs clearly: with six weeks of
 * noisy days, six values would otherwise make a poor factor.
 */
export function learnWeekdayProfile(
  cost: Float64Array,
  calendar: Calendar,
  t: number,
): Float64Array {
  const ratios = Array.from({ length: 7 }, () => [] as number[]);
  for (let week = 1; week <= PROFILE_WEEKS && t - 7 * week >= 0; week++) {
    const start = t - 7 * week;
    let sum = 0;
    for (let day = start; day < start + 7; day++) sum += cost[day] as number;
    if (sum <= 0) continue;
    for (let day = start; day < start + 7; day++) {
      const edge = Math.abs(calendar.edge[day] as number);
      if (edge > 0 && edge <= SKIPPED_EDGE_DAYS) continue;
      ratios[calendar.weekday[day] as number]?.push((7 * (cost[day] as number)) / sum);
    }
  }
  const profile = new Float64Array(7).fill(1);
  for (const kind of [
    [1, 2, 3, 4, 5],
    [0, 6],
  ])
    fillKind(profile, ratios, kind);
  const mean = profile.reduce((sum, factor) => sum + factor, 0) / 7;
  if (mean <= 0) return profile.fill(1);
  return profile.map((factor) => Math.max(FACTOR_MIN, factor / mean));
}

function fillKind(
  profile: Float64Array,
  ratios: readonly number[][],
  kind: readonly number[],
): void {
  const pooled = Float64Array.from(kind.flatMap((weekday) => ratios[weekday] ?? []));
  if (pooled.length === 0) return;
  const common = medianOf(pooled.slice(), pooled.length);
  const factors = kind.map((weekday) => ownMedian(ratios[weekday] ?? [], common));
  const spread = Math.max(SPREAD_MIN, withinSpread(kind.map((weekday) => ratios[weekday] ?? [])));
  kind.forEach((weekday, at) => {
    const count = ratios[weekday]?.length ?? 0;
    const factor = factors[at] as number;
    const error = (1.25 * spread) / Math.sqrt(Math.max(1, count));
    profile[weekday] = Math.abs(factor - common) > APART_ERRORS * error ? factor : common;
  });
}

function ownMedian(values: readonly number[], fallback: number): number {
  return values.length === 0 ? fallback : medianOf(Float64Array.from(values), values.length);
}

/** Spread of the ratios about their own weekday's median: what separates the weekdays must not widen what tells them apart. */
function withinSpread(groups: readonly (readonly number[])[]): number {
  const sizes = groups.flatMap((own) => {
    const middle = ownMedian(own, 0);
    // A median of few values lies too near to them.
    const wider = Math.sqrt(own.length / Math.max(1, own.length - 1));
    return own.map((ratio) => wider * Math.abs(ratio - middle));
  });
  return 1.4826 * medianOf(Float64Array.from(sizes), sizes.length);
}
