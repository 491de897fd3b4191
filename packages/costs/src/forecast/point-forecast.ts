import type { Calendar } from '../detection/calendar.ts';
import { meanOf, medianOf } from '../detection/robust.ts';
import { learnWeekdayProfile } from '../detection/weekday-profile.ts';
import { dampedTrend, robustTrend, theta, type LevelForecast } from './levels.ts';
import { learnMonthEdge, placeOf } from './month-edge.ts';
import { cutSpikes } from './spikes.ts';

/** What is expected after the history, and how far such a series tends to stray. */
export interface PointForecast {
  /** Expected cost of each step. */
  readonly expected: Float64Array;
  /** Typical error of one day, from the history alone; 0 for a series that is always the same or empty. */
  readonly dayScale: number;
  /** Typical error of the sum of all steps, from the history alone. */
  readonly totalScale: number;
}

/**
 * The members of the combination and their weights; their weighted mean is taken, the robust trend counting once for each
 * of its spans. In the M4 competition 12 of the 17 most accurate methods were combinations of mostly statistical methods
 * (Makridakis, Spiliotis & Assimakopoulos 2020, Int. J. Forecasting 36).
 */
const MEMBERS: readonly { readonly forecast: LevelForecast; readonly weight: number }[] = [
  { forecast: robustTrend([14, 28, 56], 26), weight: 0.6 },
  { forecast: theta, weight: 0.2 },
  { forecast: dampedTrend, weight: 0.2 },
];

/** With less than this much history, the mean of what there is stands for every day. */
const SEASON_DAYS_MIN = 14;
const SCALE_WEEKS = 8;
/** A series strays at least by this share of its mean: nothing is promised to the cent. */
const SCALE_SHARE_MIN = 0.005;
const QUIET_DAYS = 14;

/**
 * Expects `steps` days after the first `count` cells of `cost`, which `calendar` must reach: weekday factor × combined level + what
 * recurs at the month's edge. A series that began late is judged from its first cost on; one without any cost for two weeks is over.
 */
export function forecastPoint(
  cost: Float64Array,
  calendar: Calendar,
  { count, steps }: { readonly count: number; readonly steps: number },
): PointForecast {
  const expected = new Float64Array(steps);
  const born = cost.findIndex((value) => value !== 0);
  if (born < 0 || born >= count) return { expected, dayScale: 0, totalScale: 0 };
  const edge = learnMonthEdge(cost, calendar, count);
  const scales = scalesOf(edge.cost, { born, count, steps });
  if (count - born < SEASON_DAYS_MIN) {
    expected.fill(meanOf(edge.cost, born, count - 1));
  } else {
    const profile = learnWeekdayProfile(edge.cost, calendar, count);
    const factor = (day: number) => profile[calendar.weekday[day] as number] as number;
    const level = edge.cost.slice(born, count);
    for (let at = 0; at < level.length; at++) level[at] = (level[at] as number) / factor(born + at);
    cutSpikes(level);
    if (level.subarray(-QUIET_DAYS).some((value) => value !== 0)) combine(level, expected);
    for (let step = 0; step < steps; step++) {
      expected[step] = (expected[step] as number) * factor(count + step);
    }
  }
  const neverNegative = cost.subarray(0, count).every((value) => value >= 0);
  for (let step = 0; step < steps; step++) {
    const charge = edge.charges.get(placeOf(calendar, count + step)) ?? 0;
    const sum = (expected[step] as number) + charge;
    expected[step] = neverNegative ? Math.max(0, sum) : sum;
  }
  return { expected, ...scales };
}

function combine(level: Float64Array, expected: Float64Array): void {
  const one = new Float64Array(expected.length);
  for (const { forecast, weight } of MEMBERS) {
    forecast(level, one);
    for (let step = 0; step < one.length; step++) {
      expected[step] = (expected[step] as number) + weight * (one[step] as number);
    }
  }
}

/** Scales from week-over-week differences of the last eight weeks: of single days for a day, of weeks' means for a sum. */
function scalesOf(
  cost: Float64Array,
  { born, count, steps }: { readonly born: number; readonly count: number; readonly steps: number },
): { readonly dayScale: number; readonly totalScale: number } {
  const from = Math.max(born, count - 7 * SCALE_WEEKS);
  const floor = SCALE_SHARE_MIN * Math.abs(meanOf(cost, from, count - 1));
  const changes = new Float64Array(Math.max(0, count - from - 7));
  for (let at = 0; at < changes.length; at++) {
    changes[at] = Math.abs((cost[from + 7 + at] as number) - (cost[from + at] as number));
  }
  const mean = meanOf(changes, 0, changes.length - 1);
  const dayScale = Math.max(floor, medianOf(changes, changes.length), mean / 4);
  let weeks = 0;
  let weekChange = 0;
  for (let end = count; end - 14 >= from; end -= 7) {
    weekChange += Math.abs(meanOf(cost, end - 7, end - 1) - meanOf(cost, end - 14, end - 8));
    weeks++;
  }
  const perDay = weeks > 0 ? weekChange / weeks : dayScale;
  return { dayScale, totalScale: steps * perDay + Math.sqrt(steps) * dayScale };
}
