import { Forecaster, type Calendar } from './expectation.ts';

/** A run of days on which one series left its expectation in one direction. */
export interface Excursion {
  readonly direction: 1 | -1;
  readonly onsetIndex: number;
  lastIndex: number;
  /** Largest distance from the expectation in spreads. */
  peak: number;
  /** Expectation per day, from onset to last. */
  readonly expected: number[];
}

/** When a day counts as out of the ordinary. */
export interface WalkLimits {
  /** Distance in spreads that opens an excursion. */
  readonly openSpreads: number;
  /** Smallest change per day, in currency, that opens one. */
  readonly impactMinPerDay: number;
  /** First day that may be judged: days before it only teach. */
  readonly firstIndex: number;
  readonly lastIndex: number;
}

const KEEP_SPREADS = 2.5;
const QUIET_DAYS = 2;
/** After so many days a new level is the level; the excursion ends there. */
const LEVEL_ADOPTED_DAYS = 45;

/** Walks a series day by day and returns its excursions in order of onset. */
export function walk(cost: Float64Array, calendar: Calendar, limits: WalkLimits): Excursion[] {
  const forecaster = new Forecaster(calendar);
  const excursions: Excursion[] = [];
  let open: Excursion | undefined;
  let quiet = 0;
  for (let t = 0; t <= limits.lastIndex; t++) {
    const value = cost[t] as number;
    if (t < limits.firstIndex) {
      forecaster.expect(t);
      forecaster.accept(t, value);
      continue;
    }
    const { expected, spread } = forecaster.expect(t);
    const distance = (value - expected) / Math.max(spread, 1e-9);
    if (open && Math.sign(distance) === open.direction && Math.abs(distance) > KEEP_SPREADS) {
      open.lastIndex = t;
      open.peak = Math.max(open.peak, Math.abs(distance));
      quiet = 0;
    } else if (open) quiet++;
    if (open && (quiet >= QUIET_DAYS || t - open.onsetIndex >= LEVEL_ADOPTED_DAYS)) {
      open.expected.length = open.lastIndex - open.onsetIndex + 1;
      open = undefined;
    }
    const opens =
      Math.abs(distance) > limits.openSpreads &&
      Math.abs(value - expected) >= limits.impactMinPerDay;
    if (!open && opens) {
      const direction = distance > 0 ? 1 : -1;
      open = { direction, onsetIndex: t, lastIndex: t, peak: Math.abs(distance), expected: [] };
      excursions.push(open);
      quiet = 0;
    }
    open?.expected.push(expected);
    forecaster.accept(t, open && quiet === 0 ? expected : value);
  }
  if (open) open.expected.length = open.lastIndex - open.onsetIndex + 1;
  return excursions;
}
