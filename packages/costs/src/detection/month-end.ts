import type { Innocence } from './anomaly.ts';
import type { SeriesMonitor } from './monitor.ts';
import type { Excursion } from './online.ts';

/** Why a rise at the month's edge that earlier months show is no anomaly. */
export const MONTH_END: Innocence = {
  reason: 'recurring_month_end',
  note: 'the same days of earlier months rose as much',
};

/** A month-end charge is worth telling from this share of the plain day. */
const MONTH_END_SHARE_MIN = 0.15;

/** Where and from how much on a month-end charge is looked for. */
interface MonthEndSearch {
  readonly cost: Float64Array;
  readonly lastIndex: number;
  readonly impactMin: number;
  readonly peak: number;
}

/** The days of a month-end charge, with the days' distances from their plain level. */
interface MonthEndDays {
  readonly cost: Float64Array;
  readonly onset: number;
  readonly last: number;
  readonly expected: ReadonlyMap<number, number>;
}

/** Half the 80 % band of normal noise, in deviations. */
const BAND_DEVIATIONS = 1.28;
const SPREAD_MIN = 0.03;

function evidenceOf(
  monitor: SeriesMonitor,
  { cost, onset, last, expected }: MonthEndDays,
): Excursion['evidence'] {
  const band = monitor.errorBand(onset, 1);
  const spread = Math.max(SPREAD_MIN, (band.high - band.low) / 2 / BAND_DEVIATIONS);
  return Array.from({ length: last - onset + 1 }, (_, at) => {
    const plain = Math.max(1, expected.get(onset + at) ?? 0);
    return { index: onset + at, distance: ((cost[onset + at] as number) / plain - 1) / spread };
  });
}

/** The most recent days at the month's edge whose rise earlier months explain: recognised, not overlooked. */
export function latestMonthEnd(
  monitor: SeriesMonitor,
  { cost, lastIndex, impactMin, peak }: MonthEndSearch,
): Excursion | undefined {
  const explained = (t: number): number => {
    const excess = monitor.edgeExcess(t);
    const plain = (cost[t] as number) - excess;
    return excess >= Math.max(impactMin, MONTH_END_SHARE_MIN * plain) ? excess : 0;
  };
  let last = lastIndex;
  while (last >= 0 && explained(last) === 0) last--;
  if (last < 0) return undefined;
  const expected = new Map<number, number>();
  let onset = last;
  for (let t = last; t >= 0 && explained(t) > 0; t--) {
    onset = t;
    expected.set(t, (cost[t] as number) - explained(t));
  }
  return {
    direction: 'increase',
    onsetIndex: onset,
    lastIndex: last,
    peak,
    level: expected.get(onset) ?? 0,
    evidence: evidenceOf(monitor, { cost, onset, last, expected }),
    expected,
  };
}
