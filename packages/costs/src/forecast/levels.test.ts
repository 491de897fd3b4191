import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dampedTrend, robustTrend, theta, type LevelForecast } from './levels.ts';
import { costOf } from './series.testing.ts';

function ahead(method: LevelForecast, level: Float64Array, steps = 10): Float64Array {
  const out = new Float64Array(steps);
  method(level, out);
  return out;
}

function near(actual: number | undefined, expected: number, tolerance: number) {
  assert.ok(Math.abs((actual ?? NaN) - expected) <= tolerance, `${actual} is not near ${expected}`);
}

describe('the methods that carry a level on', () => {
  const methods = { robust: robustTrend([14], 12), theta, dampedTrend };

  it('leave a constant as it is', () => {
    for (const method of Object.values(methods)) {
      for (const value of ahead(
        method,
        costOf(100, () => 40),
      ))
        near(value, 40, 1e-9);
    }
  });

  it('carry a straight line on, theta at half its slope and the damped trend below it', () => {
    const line = costOf(120, (day) => 100 + 2 * day);
    near(ahead(methods.robust, line)[9], 100 + 2 * 129, 1e-9);
    const carried = ahead(theta, line);
    near((carried[9] as number) - (carried[0] as number), 9, 1e-9);
    const damped = ahead(dampedTrend, line)[9] as number;
    assert.ok(damped > 338 && damped < 358, String(damped));
  });

  it('are not moved by four anomalous weeks of twelve where robust, and are by five', () => {
    const anomalous = (weeks: number) => costOf(84, (day) => (day < 7 * weeks ? 900 : 100));
    near(ahead(methods.robust, anomalous(4))[9], 100, 1e-9);
    assert.notEqual(ahead(methods.robust, anomalous(5))[9], 100);
  });
});
