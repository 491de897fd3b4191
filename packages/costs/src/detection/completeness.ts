import { medianOf } from './robust.ts';

/** The newest days of a series as seen on one day, oldest first, corrected for what is still to come. */
export interface SeenDays {
  /** Index of the last of the days. */
  readonly lastIndex: number;
  /** Corrected cost of days `lastIndex − cost.length + 1` … `lastIndex`. */
  readonly cost: Float64Array;
}

const HISTORY_DAYS = 28;

/**
 * Bills arrive late: a day's cost is incomplete for some days. `seen[lag]` holds each day's cost as
 * seen `lag + 1` days later. The share usually seen is the median, over the last four weeks of
 * days that have settled, of early over settled cost; a young day is divided by it.
 */
export class CompletenessModel {
  readonly #seen: readonly Float64Array[];
  readonly #scratch = new Float64Array(HISTORY_DAYS);

  constructor(seen: readonly Float64Array[]) {
    this.#seen = seen;
  }

  /** What is known on day `run` of the last `seen.length` days before it. */
  asOf(run: number): SeenDays {
    const lags = Math.min(this.#seen.length, run);
    const cost = new Float64Array(lags);
    for (let lag = 0; lag < lags; lag++) {
      const day = run - 1 - lag;
      const share = this.#share(lag, run);
      cost[lags - 1 - lag] = ((this.#seen[lag] as Float64Array)[day] as number) / share;
    }
    return { lastIndex: run - 1, cost };
  }

  #share(lag: number, run: number): number {
    const settled = this.#seen[this.#seen.length - 1] as Float64Array;
    const early = this.#seen[lag] as Float64Array;
    let count = 0;
    const newest = run - this.#seen.length;
    for (let day = Math.max(0, newest - HISTORY_DAYS + 1); day <= newest; day++) {
      if ((settled[day] as number) > 0) {
        this.#scratch[count++] = (early[day] as number) / (settled[day] as number);
      }
    }
    return count < 5 ? 1 : Math.max(0.3, medianOf(this.#scratch, count));
  }
}
