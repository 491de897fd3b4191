import type { CostElement } from '@counterfoil/core';
import type { DetectedAnomaly, Innocence } from './anomaly.ts';
import { covers } from './element.ts';
import { meanOf } from './robust.ts';
import type { DailySeries, PlannedActivity } from './series.ts';
import type { Excursion } from './online.ts';

/** Days at both ends of a month that a month-end run may spill over. */
const EDGE_DAYS = 6;
/** A month-end run is over within so many days. */
const RUN_DAYS_MAX = 8;
/** A recurrence must reach this share of the excursion's own lift. */
const RECURRENCE_SHARE = 0.5;
const CREDIT_DAYS = 14;
const CREDIT_CHANGE_SHARE = 0.5;
const CREDIT_MIN_PER_DAY = 10;

/** What the innocence of an excursion is judged by. */
export interface InnocenceContext {
  readonly series: DailySeries;
  readonly days: readonly string[];
  readonly planned: readonly PlannedActivity[];
}

/** The innocent explanation of an excursion, if there is one. */
export function innocenceOf(
  excursion: Excursion,
  context: InnocenceContext,
): Innocence | undefined {
  return (
    plannedActivity(excursion, context) ??
    recurringMonthEnd(excursion, context) ??
    refund(excursion, context)
  );
}

function plannedActivity(excursion: Excursion, context: InnocenceContext): Innocence | undefined {
  const { series, days, planned } = context;
  const onsetDate = days[excursion.onsetIndex] as string;
  const { direction } = excursion;
  return plannedFor({ element: series.element, onsetDate, direction }, planned);
}

/** A change as the calendar of planned activities is asked about it. */
interface Dated {
  readonly element: CostElement;
  readonly onsetDate: string;
  readonly direction: 'increase' | 'decrease';
}

/** The planned activity that explains a rise which begins in it. */
export function plannedFor(
  { element, onsetDate, direction }: Dated,
  planned: readonly PlannedActivity[],
): Innocence | undefined {
  const activity = planned.find(
    (entry) =>
      covers(entry.element, element) && entry.fromDate <= onsetDate && onsetDate < entry.toDate,
  );
  if (!activity || direction === 'decrease') return undefined;
  const note = `"${activity.name}" is announced from ${activity.fromDate} until ${activity.toDate}`;
  return { reason: 'planned_activity', note };
}

/** Usage cannot cost less than nothing: a day below zero gives money back for other days. */
function refund(excursion: Excursion, { series }: InnocenceContext): Innocence | undefined {
  const { direction, onsetIndex, lastIndex } = excursion;
  if (direction === 'increase') return undefined;
  const paidBack = series.cost
    .subarray(onsetIndex, lastIndex + 1)
    .reduce((sum, cost) => sum + Math.min(0, cost), 0);
  if (paidBack === 0) return undefined;
  return { reason: 'refund', note: `${(-paidBack).toFixed(2)} of usage was paid back` };
}

/** The same days of an earlier or later month rose as well: a batch that comes every month end. */
function recurringMonthEnd(excursion: Excursion, context: InnocenceContext): Innocence | undefined {
  const { series, days } = context;
  const { onsetIndex, lastIndex } = excursion;
  if (excursion.direction === 'decrease' || lastIndex - onsetIndex >= RUN_DAYS_MAX)
    return undefined;
  const offsets: number[] = [];
  for (let t = onsetIndex; t <= lastIndex; t++) offsets.push(monthEndOffset(days[t] as string));
  if (!offsets.every((offset) => Math.abs(offset) <= EDGE_DAYS)) return undefined;
  const lift = liftOf(series.cost, onsetIndex, lastIndex);
  const matches: string[] = [];
  for (let t = 0; t < days.length; t++) {
    if (Math.abs(t - onsetIndex) < 20 || monthEndOffset(days[t] as string) !== offsets[0]) continue;
    const last = t + lastIndex - onsetIndex;
    if (t < 7 || last >= days.length) continue;
    if (liftOf(series.cost, t, last) >= RECURRENCE_SHARE * lift) matches.push(days[t] as string);
  }
  if (matches.length === 0) return undefined;
  return {
    reason: 'recurring_month_end',
    note: `the same days of the month rose as much on ${matches.join(', ')}`,
  };
}

/** Days from the month's end: 0 is the last day, −1 the day before, 1 the first of the next month. */
function monthEndOffset(day: string): number {
  const date = new Date(`${day}T00:00:00Z`);
  const dayOfMonth = date.getUTCDate();
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return dayOfMonth <= EDGE_DAYS ? dayOfMonth : dayOfMonth - last;
}

/** Relative rise of the days' mean over the week before and the week after. */
function liftOf(cost: Float64Array, from: number, to: number): number {
  let sum = 0;
  let count = 0;
  for (let t = from - 9; t <= to + 9; t++) {
    if (t < 0 || t >= cost.length || (t > from - 3 && t < to + 3)) continue;
    sum += cost[t] as number;
    count++;
  }
  let during = 0;
  for (let t = from; t <= to; t++) during += cost[t] as number;
  const usual = count > 0 ? sum / count : 0;
  return usual > 0 ? during / (to - from + 1) / usual - 1 : 0;
}

/** Credits that began, stopped or changed for good while the usage went on: the bill moves, nothing else does. */
export function creditChanges(
  series: DailySeries,
  input: { readonly lastCompleteIndex: number },
): DetectedAnomaly[] {
  const { credits } = series;
  if (!credits || series.level !== 'account_service') return [];
  const found: DetectedAnomaly[] = [];
  for (let t = CREDIT_DAYS; t < input.lastCompleteIndex; t++) {
    const before = meanOf(credits, t - CREDIT_DAYS, t - 1);
    const yesterday = credits[t - 1] as number;
    const after = meanOf(credits, t, Math.min(t + CREDIT_DAYS - 1, input.lastCompleteIndex));
    const change = after - before;
    const size = Math.max(Math.abs(before), Math.abs(after));
    const settled = Math.abs((credits[t] as number) - after) < 0.3 * size;
    const jumped = Math.abs((credits[t] as number) - yesterday) > CREDIT_CHANGE_SHARE * size;
    if (size < CREDIT_MIN_PER_DAY || Math.abs(change) < CREDIT_CHANGE_SHARE * size) continue;
    if (!settled || !jumped) continue;
    found.push(creditAnomaly(series, t, { last: input.lastCompleteIndex, before, after }));
    t += CREDIT_DAYS;
  }
  return found;
}

function creditAnomaly(
  series: DailySeries,
  onset: number,
  { last, before, after }: { last: number; before: number; after: number },
): DetectedAnomaly {
  const days = last - onset + 1;
  const usage = meanOf(series.cost, onset, last);
  const expected = usage + before;
  const impact = after - before;
  return {
    element: series.element,
    level: series.level,
    direction: impact > 0 ? 'increase' : 'decrease',
    onsetIndex: onset,
    lastIndex: last,
    expectedPerDay: expected,
    actualPerDay: usage + after,
    impactPerDay: impact,
    impactTotal: impact * days,
    // What the bill credits is known, not estimated.
    impactPerDayInterval: { low: impact, high: impact },
    impactPercent: expected > 0 ? (100 * impact) / expected : null,
    score: 0.99,
    driver: 'unknown',
    innocent: {
      reason: 'credit_change',
      note: `credits went from ${before.toFixed(2)} to ${after.toFixed(2)} a day; usage cost did not move`,
    },
  };
}
