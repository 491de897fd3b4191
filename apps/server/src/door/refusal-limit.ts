import type { Clock } from '@counterfoil/core';

/** Refusals that are logged in any {@link WINDOW_MS}; more are answered, counted and not logged. */
export const REFUSALS_MAX = 60;
const WINDOW_MS = 60_000;

/** Keeps somebody who submits rubbish from filling the log. */
export class RefusalLimit {
  readonly #clock: Clock;
  #times: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether one more refusal may be logged now; counts it. */
  admit(): boolean {
    const nowMs = this.#clock.nowMs();
    this.#times = this.#times.filter((timeMs) => timeMs > nowMs - WINDOW_MS);
    if (this.#times.length >= REFUSALS_MAX) return false;
    this.#times.push(nowMs);
    return true;
  }
}
