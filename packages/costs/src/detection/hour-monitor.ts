import { medianOf } from './robust.ts';

/** Hours that are averaged before they are compared with what was expected of them. */
const WINDOWS = [1, 3, 6, 12] as const;
const SPREAD_MIN = [0.06, 0.05, 0.04, 0.04] as const;
const WEEK = 168;
const PROFILE_WEEKS = 5;
/** With fewer whole weeks than this, working days share one profile and weekend days another. */
const OWN_WEEKS_MIN = 4;
/** The profile is learnt anew every three days, the level four times a day. */
const LEARN_HOURS = 72;
const LEVEL_STEP_HOURS = 6;
const LEVEL_HOURS = 72;
const PAST_HOURS = 14 * 24;
const PAST_HOURS_MIN = 48;
const FACTOR_MIN = 0.02;
/** Normal noise: 95 % of sizes lie below 1.96 deviations; heavier tails make the spread wider. */
const TAIL_SHARE = 0.95;
const TAIL_DEVIATIONS = 1.96;

/** How far the hours up to one hour depart from what was expected of them. */
export interface HourDeparture {
  readonly window: number;
  /** Signed, in robust spreads of that window's own past. */
  readonly distance: number;
  /** Signed mean departure per hour, in currency. */
  readonly impactPerHour: number;
}

/**
 * Follows a series by the hour: an expectation from the hour of the week (median of five weeks, each by its own level) times the
 * median level of three days, and the distance of the last 1, 3, 6 and 12 hours from it. Hours that belong to a change are remembered as
 * what was expected of them.
 */
export class HourMonitor {
  /** Hour of the week of the first hour, Sunday 0:00 UTC being 0. */
  readonly #firstHour: number;
  readonly #clean: Float64Array;
  readonly #expected: Float64Array;
  readonly #ratios: readonly Float64Array[];
  readonly #scratch = new Float64Array(PAST_HOURS + LEVEL_HOURS);
  #level = 0;
  #profile: Float64Array = new Float64Array(WEEK).fill(1);

  constructor(cost: Float64Array, firstHourOfWeek: number) {
    this.#firstHour = firstHourOfWeek;
    this.#clean = cost.slice();
    this.#expected = new Float64Array(cost.length);
    this.#ratios = WINDOWS.map(() => new Float64Array(cost.length).fill(Number.NaN));
  }

  /** What hour `t` should have cost; only of hours that were observed. */
  expected(t: number): number {
    return this.#expected[t] as number;
  }

  /** Takes in hour `t`, and says how the hours up to it depart. */
  observe(t: number, explained: (t: number, expected: number) => number): HourDeparture {
    if (t % LEARN_HOURS === 0 && t >= WEEK) this.#learn(t);
    if (t % LEVEL_STEP_HOURS === 0) this.#level = this.#levelAt(t);
    this.#expected[t] = explained(t, this.#level * this.#factor(t));
    let best: HourDeparture = { window: 1, distance: 0, impactPerHour: 0 };
    if (t < WEEK + LEVEL_HOURS) return best;
    WINDOWS.forEach((window, k) => {
      const { ratio, impact } = this.#ratio(t, window);
      (this.#ratios[k] as Float64Array)[t] = ratio;
      const distance = this.#distance(k, t, ratio);
      if (Math.abs(distance) > Math.abs(best.distance)) {
        best = { window, distance, impactPerHour: impact };
      }
    });
    return best;
  }

  /** Remembers hour `t` as expected, since it belongs to a change, and leaves it out of what is usual. */
  replace(t: number): void {
    this.#clean[t] = this.#expected[t] as number;
    for (const ratios of this.#ratios) ratios[t] = Number.NaN;
  }

  /** Relative error of the mean of so many hours that 80 % of the past stays within. */
  errorBand(t: number, hours: number): { readonly low: number; readonly high: number } {
    const k = WINDOWS.reduce<number>((best, window, at) => (window <= hours ? at : best), 0);
    const past = (this.#ratios[k] as Float64Array)
      .slice(Math.max(0, t - PAST_HOURS), t)
      .filter((ratio) => !Number.isNaN(ratio))
      .sort();
    if (past.length < PAST_HOURS_MIN) return { low: -0.2, high: 0.2 };
    const at = (share: number): number => past[Math.round(share * (past.length - 1))] as number;
    return { low: Math.min(0, at(0.1)), high: Math.max(0, at(0.9)) };
  }

  #ratio(t: number, window: number): { ratio: number; impact: number } {
    let actual = 0;
    let expected = 0;
    for (let hour = t - window + 1; hour <= t; hour++) {
      actual += this.#clean[hour] as number;
      expected += this.#expected[hour] as number;
    }
    const scale = Math.max(expected, this.#level * 0.25 * window, 0.01);
    return { ratio: (actual - expected) / scale, impact: (actual - expected) / window };
  }

  #distance(k: number, t: number, ratio: number): number {
    const floor = SPREAD_MIN[k] as number;
    if (Math.abs(ratio) < 3 * floor) return ratio / floor;
    const past = this.#ratios[k] as Float64Array;
    let count = 0;
    for (let hour = Math.max(0, t - PAST_HOURS); hour < t; hour++) {
      const other = past[hour] as number;
      if (!Number.isNaN(other)) this.#scratch[count++] = Math.abs(other);
    }
    if (count < PAST_HOURS_MIN) return 0;
    const middle = 1.4826 * medianOf(this.#scratch, count);
    const tail = (this.#scratch[Math.floor(count * TAIL_SHARE)] as number) / TAIL_DEVIATIONS;
    return ratio / Math.max(floor, middle, tail);
  }

  #factor(t: number): number {
    return this.#profile[(t + this.#firstHour) % WEEK] as number;
  }

  #levelAt(t: number): number {
    let count = 0;
    for (let hour = Math.max(0, t - LEVEL_HOURS); hour < t; hour++) {
      this.#scratch[count++] = (this.#clean[hour] as number) / this.#factor(hour);
    }
    return medianOf(this.#scratch, count);
  }

  #learn(t: number): void {
    const weeks = Math.min(PROFILE_WEEKS, Math.floor(t / WEEK));
    const means = Array.from({ length: weeks }, (_, week) => this.#weekMean(t - WEEK * (week + 1)));
    const shares = (hour: number): number[] =>
      means.flatMap((mean, week) =>
        mean > 0 ? [(this.#clean[hour + WEEK * (weeks - 1 - week)] as number) / mean] : [],
      );
    const first = t - WEEK * weeks;
    const profile = new Float64Array(WEEK);
    for (let at = 0; at < WEEK; at++) {
      const own = weeks >= OWN_WEEKS_MIN ? shares(first + at) : this.#kin(at, first, shares);
      const values = Float64Array.from(own);
      profile[(first + at + this.#firstHour) % WEEK] = medianOf(values, values.length);
    }
    const mean = profile.reduce((sum, factor) => sum + factor, 0) / WEEK;
    this.#profile =
      mean > 0 ? profile.map((factor) => Math.max(FACTOR_MIN, factor / mean)) : profile.fill(1);
  }

  /** Shares of the same hour of all days of the same kind, working day or weekend. */
  #kin(at: number, first: number, shares: (hour: number) => number[]): number[] {
    const kindOf = (hour: number): boolean => {
      const weekday = Math.floor(((hour + this.#firstHour) % WEEK) / 24);
      return weekday === 0 || weekday === 6;
    };
    const kin: number[] = [];
    for (let other = at % 24; other < WEEK; other += 24) {
      if (kindOf(first + other) === kindOf(first + at)) kin.push(...shares(first + other));
    }
    return kin;
  }

  #weekMean(from: number): number {
    let sum = 0;
    for (let hour = from; hour < from + WEEK; hour++) sum += this.#clean[hour] as number;
    return sum / WEEK;
  }
}
