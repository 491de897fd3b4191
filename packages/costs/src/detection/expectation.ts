/** What a day should have cost, and how far it usually strays, judged from earlier days only. */
export interface Expectation {
  readonly expected: number;
  /** Robust spread of the day's cost in currency (comparable to a standard deviation). */
  readonly spread: number;
}

/** The calendar of the day axis; computed once for all series. */
export interface Calendar {
  /** 0 Sunday … 6 Saturday, per day. */
  readonly weekday: Uint8Array;
  /** Place in the month's edge: 1…3 first days, −2…−1 last days, 0 elsewhere. */
  readonly edge: Int8Array;
}

/** Weeks that the weekday level is the median of. */
const WEEKS = 5;
const DAYS_LEVEL = 14;
/** The recent level moves the expectation by this power: a week that ran hot is only partly believed. */
const DRIFT_DAMPING = 0.7;
const SPREAD_MIN_SHARE = 0.03;
const SPREAD_DAYS = 42;
const EDGE_MONTHS = 4;

/** Reads weekday and month edge of ISO dates (UTC). */
export function calendarOf(days: readonly string[]): Calendar {
  const weekday = new Uint8Array(days.length);
  const edge = new Int8Array(days.length);
  days.forEach((day, t) => {
    const date = new Date(`${day}T00:00:00Z`);
    const dayOfMonth = date.getUTCDate();
    const next = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0));
    const fromEnd = dayOfMonth - next.getUTCDate() - 1;
    weekday[t] = date.getUTCDay();
    edge[t] = dayOfMonth <= 3 ? dayOfMonth : fromEnd >= -2 ? fromEnd : 0;
  });
  return { weekday, edge };
}

/** Median of the first `count` cells, which are reordered. */
export function medianOf(values: Float64Array, count: number): number {
  if (count === 0) return 0;
  const part = values.subarray(0, count).sort();
  const middle = count >> 1;
  return count % 2 === 1
    ? (part[middle] as number)
    : ((part[middle - 1] as number) + (part[middle] as number)) / 2;
}

/**
 * Walks one series forward. `clean` is the history with anomalous days replaced by what was
 * expected of them, so that an anomaly never becomes its own normal.
 */
export class Forecaster {
  readonly #calendar: Calendar;
  readonly #clean: Float64Array;
  /** Expectation without the month edge, per day. */
  readonly #base: Float64Array;
  readonly #scratch = new Float64Array(64);

  constructor(calendar: Calendar) {
    this.#calendar = calendar;
    this.#clean = new Float64Array(calendar.weekday.length);
    this.#base = new Float64Array(calendar.weekday.length);
  }

  /** Expectation of day `t` from the days before it. */
  expect(t: number): Expectation {
    const weekly = this.#weekdayMedian(t);
    const base = weekly * this.#drift(t);
    this.#base[t] = base;
    const expected = base * this.#edgeProfile(t);
    return { expected, spread: this.#spread(t, expected) };
  }

  /** Takes day `t` into the history, as `value` (the actual cost, or its stand-in on anomalous days). */
  accept(t: number, value: number): void {
    this.#clean[t] = value;
  }

  #weekdayMedian(t: number): number {
    let count = 0;
    for (let week = 1; week <= WEEKS; week++) {
      const day = t - 7 * week;
      if (day >= 0 && this.#calendar.edge[day] === 0) {
        this.#scratch[count++] = this.#clean[day] as number;
      }
    }
    return medianOf(this.#scratch, count);
  }

  #drift(t: number): number {
    let count = 0;
    for (let day = Math.max(7, t - DAYS_LEVEL); day < t; day++) {
      const base = this.#base[day] as number;
      if (base > 0 && this.#calendar.edge[day] === 0) {
        this.#scratch[count++] = (this.#clean[day] as number) / base;
      }
    }
    if (count < 5) return 1;
    return Math.min(3, Math.max(0.2, medianOf(this.#scratch, count))) ** DRIFT_DAMPING;
  }

  /** Ratio to the base on the same month-edge day of earlier months: month-end batches, first-of-month fees. */
  #edgeProfile(t: number): number {
    const edge = this.#calendar.edge[t];
    if (edge === 0) return 1;
    let count = 0;
    for (let day = t - 25; day >= 7 && count < EDGE_MONTHS; day--) {
      const base = this.#base[day] as number;
      if (this.#calendar.edge[day] === edge && base > 0) {
        this.#scratch[count++] = (this.#clean[day] as number) / base;
      }
    }
    return count === 0 ? 1 : medianOf(this.#scratch, count);
  }

  #spread(t: number, expected: number): number {
    let count = 0;
    for (let day = Math.max(14, t - SPREAD_DAYS); day < t; day++) {
      const base = this.#base[day] as number;
      if (this.#calendar.edge[day] !== 0) continue;
      this.#scratch[count++] = Math.abs((this.#clean[day] as number) - base) / Math.max(base, 1e-9);
    }
    const relative = count < 7 ? 0.15 : 1.4826 * medianOf(this.#scratch, count);
    return Math.max(relative, SPREAD_MIN_SHARE) * Math.abs(expected);
  }
}
