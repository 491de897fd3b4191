import { medianOf } from '../detection/robust.ts';
import type { Calendar } from '../detection/calendar.ts';

/** Charges that recur at a month's edge, apart from the days they fall on. */
export interface MonthEdge {
  /** What falls on each place of the edge beyond the ordinary day, by {@link Calendar} `edge`. */
  readonly charges: ReadonlyMap<number, number>;
  /** The cost with those charges taken out. */
  readonly cost: Float64Array;
}

/** Edge days farther from the month's turn than this are ordinary days. */
const EDGE_PLACES = 3;
const MONTHS_MIN = 2;
const HISTORY_DAYS = 185;
/** Ordinary days around an edge day that it is measured against. */
const NEAR_DAYS = 14;
/** A charge stands out by so many robust spreads, and by this share of an ordinary day. */
const SPREADS_MIN = 3;
const SHARE_MIN = 0.1;
/** It recurs in at least this share of the months seen. */
const RECURS_SHARE_MIN = 0.7;

/**
 * Finds what recurs on the first and last three days of months: support fees, month-end runs, subscriptions. An edge
 * day is compared with the median of ordinary days of its kind (working day or weekend) within two weeks. The charge of
 * a place is the median excess over the months of the last half-year, and counts only where it stands out in 70 % of them.
 */
export function learnMonthEdge(cost: Float64Array, calendar: Calendar, count: number): MonthEdge {
  const clean = cost.slice(0, count);
  const seen = new Map<
    number,
    { day: number; ordinary: number; excess: number; spread: number }[]
  >();
  for (let day = Math.max(0, count - HISTORY_DAYS); day < count; day++) {
    const place = placeOf(calendar, day);
    if (place === 0) continue;
    const { ordinary, spread } = ordinaryAround(cost, calendar, { day, count });
    const at = seen.get(place) ?? [];
    at.push({ day, ordinary, spread, excess: (cost[day] as number) - ordinary });
    seen.set(place, at);
  }
  const charges = new Map<number, number>();
  for (const [place, months] of seen) {
    const standing = months.filter(
      ({ excess, spread, ordinary }) =>
        excess > SPREADS_MIN * spread && excess > SHARE_MIN * Math.abs(ordinary),
    );
    const needed = Math.max(MONTHS_MIN, Math.ceil(RECURS_SHARE_MIN * months.length));
    if (standing.length < needed) continue;
    const excesses = Float64Array.from(months, ({ excess }) => excess);
    charges.set(place, medianOf(excesses, excesses.length));
    for (const { day, ordinary } of months) clean[day] = ordinary;
  }
  return { charges, cost: clean };
}

/** Place of a day at the month's edge, 0 for an ordinary day. */
export function placeOf(calendar: Calendar, day: number): number {
  const edge = calendar.edge[day] as number;
  return Math.abs(edge) <= EDGE_PLACES ? edge : 0;
}

function ordinaryAround(
  cost: Float64Array,
  calendar: Calendar,
  { day, count }: { readonly day: number; readonly count: number },
): { readonly ordinary: number; readonly spread: number } {
  const near = new Float64Array(2 * NEAR_DAYS + 1);
  const weekend = isWeekend(calendar, day);
  let size = 0;
  const last = Math.min(count - 1, day + NEAR_DAYS);
  for (let other = Math.max(0, day - NEAR_DAYS); other <= last; other++) {
    if (placeOf(calendar, other) === 0 && isWeekend(calendar, other) === weekend) {
      near[size++] = cost[other] as number;
    }
  }
  const ordinary = medianOf(near, size);
  for (let at = 0; at < size; at++) near[at] = Math.abs((near[at] as number) - ordinary);
  return { ordinary, spread: 1.4826 * medianOf(near, size) };
}

function isWeekend(calendar: Calendar, day: number): boolean {
  const weekday = calendar.weekday[day];
  return weekday === 0 || weekday === 6;
}
