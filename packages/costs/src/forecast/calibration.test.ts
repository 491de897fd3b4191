import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { calibrate } from './calibration.ts';

const noTotal = new Float64Array(0);

describe('intervals made of past errors', () => {
  const scores = (count: number) => Float64Array.from({ length: count }, (_, at) => at + 1);

  it('need nine errors, of which they leave none outside but the outermost may lie on the edge', () => {
    assert.deepEqual(calibrate({ days: [scores(8)], total: scores(8) }), {
      days: [null],
      total: null,
    });
    const range = { low: 1, high: 9 };
    assert.deepEqual(calibrate({ days: [scores(9)], total: scores(9) }), {
      days: [range],
      total: range,
    });
  });

  it('leave a tenth outside at either end where there are many', () => {
    assert.deepEqual(calibrate({ days: [scores(99)], total: noTotal }).days, [
      { low: 10, high: 90 },
    ]);
  });

  it('borrow for a week ahead that has too few errors of its own', () => {
    const { days } = calibrate({ days: [scores(9), Float64Array.of(-50, 70)], total: noTotal });
    assert.deepEqual(days, [
      { low: 1, high: 9 },
      { low: -50, high: 70 },
    ]);
  });
});
