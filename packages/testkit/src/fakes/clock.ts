import type { Clock, NewId } from '@counterfoil/core';

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  advance(durationMs: number): void;
}

/** Starts at the given ISO time. */
export function createFakeClock(startAt = '2026-03-02T08:00:00.000Z'): FakeClock {
  let nowMs = Date.parse(startAt);
  return {
    nowMs: () => nowMs,
    advance(durationMs) {
      nowMs += durationMs;
    },
  };
}

/** Ids that count up, so that a failure reads the same every time. */
export function createFakeIds(): NewId {
  let count = 0;
  return (prefix) => {
    count += 1;
    return `${prefix}_${String(count).padStart(6, '0')}`;
  };
}
