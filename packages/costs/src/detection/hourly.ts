import type { CostElement } from '@counterfoil/core';
import { AlertGate } from './alert-gate.ts';
import type { DetectedAnomaly } from './anomaly.ts';
import { calendarOf } from './calendar.ts';
import { FALSE_DISCOVERY_RATE } from './false-discovery.ts';
import { mergeLevels } from './hierarchy.ts';
import { HourMonitor } from './hour-monitor.ts';
import { plannedFor } from './innocence.ts';
import type { PlannedActivity, SeriesLevel } from './series.ts';

/** Hourly figures of one cost element, one cell an hour from the first day's midnight (UTC) on. */
export interface HourlySeries {
  readonly element: CostElement;
  readonly level: SeriesLevel;
  readonly cost: Float64Array;
}

/** What {@link detectHourly} looks at. */
export interface HourlyInput {
  /** ISO dates (UTC), consecutive, oldest first; the hours of all series are theirs. */
  readonly days: readonly string[];
  /** Last hour whose charges are complete, counted from the first day's midnight; later hours are not judged. */
  readonly lastCompleteHour: number;
  readonly series: readonly HourlySeries[];
  readonly planned: readonly PlannedActivity[];
  /** Smallest impact, summed over the hours so far, that is looked at (default 10, in the currency of the series). */
  readonly impactMin?: number;
  /** Changes that began earlier belong to the daily detector (default seven days). */
  readonly judgedHours?: number;
}

const OPEN_SPREADS = 8;
const IMPACT_MIN = 10;
const JUDGED_HOURS = 7 * 24;
const QUIET_HOURS = 3;
const KEEP_SHARE = 0.4;
/** So much more than the same hours of last month's edge is still last month's edge. */
const EDGE_SLACK = 1.25;

interface HourlyChange {
  readonly direction: 'increase' | 'decrease';
  readonly onset: number;
  readonly size: number;
  readonly evidence: { readonly index: number; readonly distance: number }[];
  last: number;
  quiet: number;
}

/**
 * Finds changes within the last days by the hour, so that a runaway shows within hours of its onset, before its day is complete.
 * Figures are stated per whole day, hours outside the change counting as expected. One anomaly a cause.
 */
export function detectHourly(input: HourlyInput): readonly DetectedAnomaly[] {
  // A day has 24 chances of a false alert: each gets its share of the day's rate.
  const gate = new AlertGate(input.series.length, FALSE_DISCOVERY_RATE / 24);
  const explainedBy = monthEdges(input.days);
  const changes = input.series.flatMap((series) => changesOf(series, input, { gate, explainedBy }));
  return mergeLevels(gate.passed(changes).map((one) => one.anomaly));
}

interface Judging {
  readonly gate: AlertGate;
  readonly explainedBy: MonthEdges;
}

function changesOf(
  series: HourlySeries,
  input: HourlyInput,
  { gate, explainedBy }: Judging,
): { anomaly: DetectedAnomaly; evidence: HourlyChange['evidence'] }[] {
  const { days, lastCompleteHour } = input;
  const monitor = new HourMonitor(series.cost, new Date(`${days[0]}T00:00:00Z`).getUTCDay() * 24);
  const judgedFrom = lastCompleteHour + 1 - (input.judgedHours ?? JUDGED_HOURS);
  const found: HourlyChange[] = [];
  let open: HourlyChange | undefined;
  for (let t = 0; t <= lastCompleteHour; t++) {
    const departure = monitor.observe(t, (hour, expected) =>
      explainedBy(series.cost, hour, expected),
    );
    if (open) {
      follow(open, { monitor, cost: series.cost, t, distance: departure.distance });
      if (open.quiet >= QUIET_HOURS) open = undefined;
      continue;
    }
    const { distance, impactPerHour, window } = departure;
    const impact = Math.abs(impactPerHour) * window;
    if (Math.abs(distance) < OPEN_SPREADS || impact < (input.impactMin ?? IMPACT_MIN)) {
      gate.quietDay(series.level, distance);
      continue;
    }
    open = begin(t, { monitor, cost: series.cost, window, impactPerHour, distance });
    if (open.onset >= judgedFrom) found.push(open);
  }
  return found.map((one) => ({
    anomaly: stated(series, one, { monitor, input }),
    evidence: one.evidence,
  }));
}

interface Opening {
  readonly monitor: HourMonitor;
  readonly cost: Float64Array;
  readonly window: number;
  readonly impactPerHour: number;
  readonly distance: number;
}

function begin(
  t: number,
  { monitor, cost, window, impactPerHour, distance }: Opening,
): HourlyChange {
  const sign = Math.sign(impactPerHour);
  let onset = t;
  for (let hour = t; hour > t - window; hour--) {
    const excess = sign * ((cost[hour] as number) - monitor.expected(hour));
    if (excess >= KEEP_SHARE * Math.abs(impactPerHour)) onset = hour;
  }
  for (let hour = onset; hour <= t; hour++) monitor.replace(hour);
  return {
    direction: sign > 0 ? 'increase' : 'decrease',
    onset,
    last: t,
    size: Math.abs(impactPerHour),
    evidence: [{ index: t, distance: Math.abs(distance) }],
    quiet: 0,
  };
}

interface Following {
  readonly monitor: HourMonitor;
  readonly cost: Float64Array;
  readonly t: number;
  readonly distance: number;
}

function follow(open: HourlyChange, { monitor, cost, t, distance }: Following): void {
  const sign = open.direction === 'increase' ? 1 : -1;
  const excess = sign * ((cost[t] as number) - monitor.expected(t));
  if (excess < KEEP_SHARE * open.size) {
    open.quiet++;
    return;
  }
  open.last = t;
  open.quiet = 0;
  open.evidence.push({ index: t, distance: Math.abs(distance) });
  monitor.replace(t);
}

function stated(
  series: HourlySeries,
  change: HourlyChange,
  { monitor, input }: { readonly monitor: HourMonitor; readonly input: HourlyInput },
): DetectedAnomaly {
  const { onset, last, direction } = change;
  const [onsetIndex, lastIndex] = [Math.floor(onset / 24), Math.floor(last / 24)];
  const days = lastIndex - onsetIndex + 1;
  let actual = 0;
  let impact = 0;
  let expectedDuring = 0;
  for (let t = onsetIndex * 24; t < Math.min(series.cost.length, (lastIndex + 1) * 24); t++) {
    actual += series.cost[t] as number;
    if (t < onset || t > last) continue;
    impact += (series.cost[t] as number) - monitor.expected(t);
    expectedDuring += monitor.expected(t);
  }
  const expected = actual - impact;
  const band = monitor.errorBand(onset, last - onset + 1);
  const onsetDate = input.days[onsetIndex] ?? '';
  const innocent = plannedFor({ element: series.element, onsetDate, direction }, input.planned);
  return {
    element: series.element,
    level: series.level,
    direction,
    onsetIndex,
    lastIndex,
    onsetHour: onset % 24,
    hoursCount: last - onset + 1,
    expectedPerDay: expected / days,
    actualPerDay: actual / days,
    impactPerDay: impact / days,
    impactTotal: impact,
    impactPerDayInterval: {
      low: (impact - band.high * expectedDuring) / days,
      high: (impact - band.low * expectedDuring) / days,
    },
    impactPercent: expected > 0 ? (100 * impact) / expected : null,
    score: 1 - Math.exp(-Math.max(...change.evidence.map((one) => one.distance)) / 5),
    driver: 'unknown',
    ...(innocent ? { innocent } : {}),
  };
}

type MonthEdges = (cost: Float64Array, t: number, expected: number) => number;

/** On the days at a month's edge, what the same hours of the month before cost is expected too. */
function monthEdges(days: readonly string[]): MonthEdges {
  const { edge } = calendarOf(days);
  const before = days.map((_, day) => {
    if (edge[day] === 0) return -1;
    for (let other = day - 20; other >= Math.max(0, day - 45); other--) {
      if (edge[other] === edge[day]) return other;
    }
    return -1;
  });
  return (cost, t, expected) => {
    const day = before[Math.floor(t / 24)] ?? -1;
    if (day < 0) return expected;
    const then = EDGE_SLACK * (cost[day * 24 + (t % 24)] as number);
    return Math.max(expected, Math.min(cost[t] as number, then));
  };
}
