import type { Calendar } from './calendar.ts';
import { medianOf } from './robust.ts';
import { learnWeekdayProfile } from './weekday-profile.ts';

/** How many days are averaged before they are compared with the days before them: spikes, then ever slower rises. */
export const WINDOWS = [1, 2, 4, 8, 16] as const;

/** The strongest departure of the days up to one day from the days before. */
export interface Departure {
  /** Days of the window that shows it. */
  readonly window: number;
  /** Signed distance in robust spreads of that window's own past. */
  readonly distance: number;
  /** Signed mean departure per day, in currency. */
  readonly impactPerDay: number;
}

/** An interval of relative error of the expectation. */
export interface ErrorBand {
  readonly low: number;
  readonly high: number;
}

/** Fewer past errors than this make no quantiles; then the error is taken as up to a fifth. */
const BAND_DAYS_MIN = 14;
const BAND_FALLBACK = 0.2;
/** Share of errors beyond either end of the band. */
const OUTER_SHARE = 0.1;
const BASE_DAYS = 14;
/** Days whose plain values follow a new weekday profile: all that a window or its base can reach. */
const RESTATED_DAYS = 48;
/** The longest window with its base. */
const REBASED_DAYS = 30;
const PAST_DAYS = 70;
const SPREAD_MIN: Readonly<Record<number, number>> = {
  1: 0.03,
  2: 0.025,
  4: 0.022,
  8: 0.022,
  16: 0.025,
};
/** What was exceeded twice before is not exceptional below this multiple of it. */
const GUARD = 1.25;
/** Below so many of its smallest possible spreads a day is not looked at further. */
const ORDINARY_SPREADS = 3;
/** For normal noise, 92 % of sizes lie below 1.75 deviations; sporadic series have a heavier tail. */
const TAIL_SHARE = 0.92;
const TAIL_DEVIATIONS = 1.75;
const CURRENCY_FLOOR = 1;
const EDGE_MONTHS = 4;
/** A month-edge charge stands out by at least this share of the plain level. */
const EDGE_SHARE_MIN = 0.12;
const EDGE_SLACK = 0.25;

/**
 * Follows one series day by day. Each day is freed of its weekday and month-edge pattern; then the
 * means of the last 1, 2, 4, 8 and 16 days are compared with the median of the fortnight before
 * the window, in units of what the same comparison usually yields (a multi-scale window test with
 * empirically calibrated spread; compare Page 1954 on cumulative sums for the slow scales).
 * Days that belong to an anomaly are remembered as what was expected of them.
 */
export class SeriesMonitor {
  readonly #calendar: Calendar;
  readonly #cost: Float64Array;
  /** Days freed of weekday and month edge, anomalous days as they were. */
  readonly #plain: Float64Array;
  /** The same with anomalous days replaced. */
  readonly #clean: Float64Array;
  #profile: Float64Array = new Float64Array(7).fill(1);
  /** Cost without month-edge excess, anomalous days replaced. */
  readonly #normal: Float64Array;
  readonly #excess: Float64Array;
  readonly #goingOn: Uint8Array;
  readonly #ratios: readonly Float64Array[];
  readonly #scratch = new Float64Array(128);

  constructor(cost: Float64Array, calendar: Calendar) {
    this.#calendar = calendar;
    this.#cost = cost;
    this.#plain = new Float64Array(cost.length);
    this.#clean = new Float64Array(cost.length);
    this.#normal = new Float64Array(cost.length);
    this.#excess = new Float64Array(cost.length);
    this.#goingOn = new Uint8Array(cost.length);
    this.#ratios = WINDOWS.map(() => new Float64Array(cost.length));
  }

  /** Takes in the cost of day `t`; called again when the day is restated. */
  observe(t: number): void {
    if (t % 7 === 0 && t >= 14) this.#learnProfile(t);
    this.#excess[t] = this.#explainEdge(t);
    this.#normal[t] = (this.#cost[t] as number) - (this.#excess[t] as number);
    this.#plain[t] = (this.#normal[t] as number) / this.#weekly(t);
    this.#clean[t] = this.#plain[t] as number;
  }

  /** Level of the fortnight before the `window` days that end at `t`, per plain day. */
  level(t: number, window: number): number {
    let count = 0;
    for (let day = Math.max(0, t - window - BASE_DAYS + 1); day <= t - window; day++) {
      this.#scratch[count++] = this.#clean[day] as number;
    }
    return medianOf(this.#scratch, count);
  }

  /** What day `t` really cost above its plain level and its place at the month's edge explains. */
  edgeExcess(t: number): number {
    const above = (this.#cost[t] as number) - this.level(t, 1) * this.#weekly(t);
    return Math.min(this.#excess[t] as number, above);
  }

  /** What day `t` costs at a given plain level: its weekday and month edge put back. */
  expectedAt(t: number, level: number): number {
    return level * this.#weekly(t) + (this.#excess[t] as number);
  }

  /** The strongest departure of the windows that end at `t` and begin at `firstIndex` or later; all are recorded. */
  depart(t: number, firstIndex = 0): Departure {
    let best: Departure = { window: 1, distance: 0, impactPerDay: 0 };
    for (let k = 0; k < WINDOWS.length; k++) {
      const window = WINDOWS[k] as number;
      if (t < window + BASE_DAYS) break;
      const base = this.level(t, window);
      const scale = Math.max(Math.abs(base), CURRENCY_FLOOR);
      const ratio = (this.#mean(t, window) - base) / scale;
      (this.#ratios[k] as Float64Array)[t] = ratio;
      if (t - window + 1 < firstIndex) continue;
      const distance = this.#distance(k, t, ratio);
      if (Math.abs(distance) > Math.abs(best.distance)) {
        best = { window, distance, impactPerDay: ratio * scale };
      }
    }
    return best;
  }

  /**
   * How far the mean of `days` days lay from its expectation before day `t`, as shares of the expectation: the 10 % and
   * the 90 % quantile of what the window of that length yielded over the ten weeks before, changes left out.
   */
  errorBand(t: number, days: number): ErrorBand {
    const k = WINDOWS.reduce<number>((best, window, at) => (window <= days ? at : best), 0);
    const past = this.#ratios[k] as Float64Array;
    let count = 0;
    for (let day = Math.max(0, t - PAST_DAYS); day < t; day++) {
      const ratio = past[day] as number;
      if (day >= (WINDOWS[k] as number) + BASE_DAYS && !Number.isNaN(ratio)) {
        this.#scratch[count++] = ratio;
      }
    }
    if (count < BAND_DAYS_MIN) return { low: -BAND_FALLBACK, high: BAND_FALLBACK };
    const sorted = this.#scratch.subarray(0, count).sort();
    const at = (share: number): number => sorted[Math.round(share * (count - 1))] as number;
    // Windows overlap, so that the past holds fewer independent ones the longer they are: look further out.
    const outer = Math.max(0, OUTER_SHARE - (0.4 * (WINDOWS[k] as number)) / count);
    return { low: Math.min(0, at(outer)), high: Math.max(0, at(1 - outer)) };
  }

  /** Day `t` freed of weekday and month edge. */
  plain(t: number): number {
    return this.#plain[t] as number;
  }

  /**
   * Remembers day `t` as what was expected of it, since it belongs to an anomaly. In one that was already `going_on` when
   * the month's edge came, the day teaches nothing of month edges.
   */
  replace(t: number, level: number, anomaly: 'young' | 'going_on' = 'young'): void {
    this.#goingOn[t] = anomaly === 'going_on' ? 1 : 0;
    this.#clean[t] = level;
    this.#normal[t] = level * this.#weekly(t);
  }

  /** Leaves the windows that end on day `t` out of what counts as usual. */
  forget(t: number): void {
    for (const ratios of this.#ratios) ratios[t] = Number.NaN;
  }

  /** Remembers that day `t` alone departed by `ratio`: twice so, and it is no longer exceptional. */
  recall(t: number, ratio: number): void {
    (this.#ratios[0] as Float64Array)[t] = ratio;
  }

  /** Takes the days `from`…`to` as the new normal. */
  adopt(from: number, to: number): void {
    for (let day = Math.max(0, from); day <= to; day++) {
      this.#clean[day] = this.#plain[day] as number;
      this.#normal[day] = (this.#plain[day] as number) * this.#weekly(day);
    }
  }

  /** Lifts the days before `onset` to the level of the days `onset`…`to`, as though it had always been that. */
  rebase(onset: number, to: number): void {
    const before = this.level(onset, 1);
    const after = this.#clean.slice(onset, to + 1);
    const level = medianOf(after, after.length);
    for (let day = Math.max(0, onset - REBASED_DAYS); day < onset; day++) {
      const weekly = this.#weekly(day);
      const plain = before > 0 ? ((this.#clean[day] as number) * level) / before : level;
      this.#clean[day] = plain;
      this.#normal[day] = plain * weekly;
    }
  }

  #mean(t: number, window: number): number {
    let sum = 0;
    for (let day = t - window + 1; day <= t; day++) sum += this.#clean[day] as number;
    return sum / window;
  }

  #distance(k: number, t: number, ratio: number): number {
    const window = WINDOWS[k] as number;
    const floor = SPREAD_MIN[window] as number;
    // The spread is never below its floor, so most days are plainly ordinary.
    if (Math.abs(ratio) < ORDINARY_SPREADS * floor) return ratio / floor;
    const past = this.#ratios[k] as Float64Array;
    const from = Math.max(window + BASE_DAYS, t - PAST_DAYS);
    const to = t - window;
    let count = 0;
    let first = 0;
    let second = 0;
    for (let day = from; day <= to; day++) {
      const other = past[day] as number;
      if (Number.isNaN(other)) continue;
      this.#scratch[count++] = Math.abs(other);
      if (Math.sign(other) !== Math.sign(ratio)) continue;
      const size = Math.abs(other);
      if (size > first) [first, second] = [size, first];
      else if (size > second) second = size;
    }
    const spread = count < 7 ? 0.15 : Math.max(floor, this.#spread(count));
    if (Math.abs(ratio) < GUARD * second) return 0;
    return ratio / spread;
  }

  /** Level of the first weeks, for days that have no fortnight before them. */
  #firstLevel(): number {
    this.#scratch.set(this.#clean.subarray(0, 2 * BASE_DAYS));
    return medianOf(this.#scratch, 2 * BASE_DAYS);
  }

  /** Standard deviation that the first `count` sizes suggest, by their median and by their upper tail. */
  #spread(count: number): number {
    const middle = 1.4826 * medianOf(this.#scratch, count);
    const tail = this.#scratch[Math.floor(count * TAIL_SHARE)] as number;
    return Math.max(middle, tail / TAIL_DEVIATIONS);
  }

  #learnProfile(t: number): void {
    this.#profile = learnWeekdayProfile(this.#normal, this.#calendar, t);
    for (let day = Math.max(0, t - RESTATED_DAYS); day < t; day++) {
      const weekly = this.#weekly(day);
      this.#plain[day] = ((this.#cost[day] as number) - (this.#excess[day] as number)) / weekly;
      this.#clean[day] = (this.#normal[day] as number) / weekly;
    }
  }

  #weekly(t: number): number {
    return this.#profile[this.#calendar.weekday[t] as number] as number;
  }

  /**
   * Cost of day `t` that its place at the month's edge explains: what the same day of earlier months
   * cost above the plain level, in currency or in proportion, where it did so in at least half of them. Anything
   * within the range of earlier months, widened by a quarter, counts as explained.
   */
  #explainEdge(t: number): number {
    const edge = this.#calendar.edge[t];
    if (edge === 0) return 0;
    const today = this.level(t, 1) * this.#weekly(t);
    let low = Infinity;
    let high = -Infinity;
    let months = 0;
    let shown = 0;
    for (let day = t - 26; day >= 0 && months < EDGE_MONTHS; day--) {
      if (this.#calendar.edge[day] !== edge || this.#goingOn[day] === 1) continue;
      const level = (day < BASE_DAYS ? this.#firstLevel() : this.level(day, 1)) * this.#weekly(day);
      const excess = (this.#cost[day] as number) - level;
      const share = excess / Math.max(level, CURRENCY_FLOOR);
      months++;
      if (share >= EDGE_SHARE_MIN) {
        shown++;
        const inProportion = level > CURRENCY_FLOOR ? share * today : excess;
        low = Math.min(low, excess, inProportion);
        high = Math.max(high, excess, inProportion);
      }
      day -= 20;
    }
    if (shown === 0 || shown * 2 < months) return 0;
    const excessToday = (this.#cost[t] as number) - today;
    return Math.min(Math.max(excessToday, low * (1 - EDGE_SLACK)), high * (1 + EDGE_SLACK));
  }
}
