/**
 * Control of false alerts over any number of series. Every series is a test a day, so thresholds that are right for hundreds of series
 * raise thousands of false alerts over tens of thousands. Here each day's departures become p-values under a pooled, heavy-tailed null,
 * and the step-up procedure of Benjamini and Hochberg (1995) decides which of the day's changes are alerted: the expected share of
 * false ones among a day's alerts stays at or below the rate asked for, however many series there are, also under positive dependence
 * (Benjamini and Yekutieli 2001), as between a service and its account. On a day on which nothing happens, the chance of any alert at
 * all is at most the rate.
 */

/**
 * Share of a day's alerts that may be false, in expectation, at the worst. On the evaluation set 0.15 of them are; a rate of 0.2 would
 * find 7 points less of what costs 100 dollars or more there, and nearly twice as much would be spent before the alert.
 */
export const FALSE_DISCOVERY_RATE = 0.5;

/** Departures below this many spreads are the body of the null, above it its tail. */
const TAIL_FROM = 3;
/** Fewer tail departures than this say little about its index: the fallback is heavier than what cost series show. */
const TAIL_COUNT_MIN = 30;
const TAIL_INDEX_FALLBACK = 4;
/** A lighter tail than this is not believed, whatever the sample says. */
const TAIL_INDEX_MAX = 8;

/**
 * The distribution of departures of series to which nothing happens: the share beyond three spreads, and a Pareto tail whose index is the
 * estimate of Hill (1975), censored where a departure counts as a change, since from there on true changes are among them. Censoring
 * makes the tail heavier when there are true changes, hence p-values larger: the error is on the safe side.
 */
export class NullTail {
  readonly #censoredAt: number;
  #count = 0;
  #tailCount = 0;
  #uncensoredCount = 0;
  #logSum = 0;

  constructor(censoredAt: number) {
    this.#censoredAt = censoredAt;
  }

  /** Takes in one day's distance of one series. */
  add(distance: number): void {
    this.#count++;
    const size = Math.abs(distance);
    if (size < TAIL_FROM) return;
    this.#tailCount++;
    if (size < this.#censoredAt) this.#uncensoredCount++;
    this.#logSum += Math.log(Math.min(size, this.#censoredAt) / TAIL_FROM);
  }

  /** Probability that a day without a change departs by at least so many spreads. */
  survival(distance: number): number {
    const size = Math.abs(distance);
    if (size < TAIL_FROM) return 1;
    const share = (this.#tailCount + 1) / (this.#count + 1);
    return share * (size / TAIL_FROM) ** -this.#index();
  }

  #index(): number {
    if (this.#tailCount < TAIL_COUNT_MIN || this.#logSum <= 0) return TAIL_INDEX_FALLBACK;
    return Math.min(TAIL_INDEX_MAX, Math.max(1, this.#uncensoredCount / this.#logSum));
  }
}

/**
 * The largest p-value that is a discovery among `tests` tests of which these are the smallest p-values (all others count as 1);
 * 0 where none is.
 */
export function discoveryLimit(
  pValues: readonly number[],
  tests: number,
  rate = FALSE_DISCOVERY_RATE,
): number {
  const ordered = pValues.toSorted((a, b) => a - b);
  for (let k = ordered.length; k > 0; k--) {
    const p = ordered[k - 1] as number;
    if (p <= (k * rate) / tests) return p;
  }
  return 0;
}
