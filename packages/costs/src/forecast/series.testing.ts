import { daysFrom } from '../analysis/days.ts';
import { random } from '../detection/organisation.testing.ts';

/** A Monday, at the start of a quarter. */
export const FIRST_DAY = '2024-01-01';

/** `count` ISO days from {@link FIRST_DAY} on. */
export function testDays(count: number): readonly string[] {
  return daysFrom(FIRST_DAY, '2026-12-31').slice(0, count);
}

/** Cost of each of `count` days. */
export function costOf(count: number, costOn: (day: number) => number): Float64Array {
  return Float64Array.from({ length: count }, (_, day) => costOn(day));
}

/** A service with quiet weekends, growth, and uneven days; everything follows from the seed. */
export function noisyService(seed: number, count: number): Float64Array {
  const next = random(seed);
  const level = 20 + 400 * next();
  const weekend = 0.3 + 0.7 * next();
  const growth = 0.002 * (next() - 0.3);
  const noise = 0.01 + 0.04 * next();
  let drift = 0;
  return costOf(count, (day) => {
    drift = 0.9 * drift + noise * (next() + next() - 1);
    return (
      level * Math.exp(growth * day + drift + 0.5 * (next() - 0.5)) * (day % 7 >= 5 ? weekend : 1)
    );
  });
}
