import assert from 'node:assert/strict';
import { it } from 'node:test';
import { calendarOf } from './calendar.ts';
import { detectAnomalies } from './detect.ts';
import { OnlineDetector } from './online.ts';
import { random } from './organisation.testing.ts';

const DAYS = Array.from({ length: 200 }, (_, t) =>
  new Date(Date.UTC(2026, 0, 1 + t)).toISOString().slice(0, 10),
);

function noisy(seed: number, size: number): Float64Array {
  const next = random(seed);
  return Float64Array.from(DAYS, () => {
    const noise = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    return 1_000 * (1 + size * noise);
  });
}

it('four fifths of later means lie within the band of their expectation', () => {
  for (const days of [1, 4, 8]) {
    let inside = 0;
    let all = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const cost = noisy(seed, 0.05);
      const detector = new OnlineDetector(calendarOf(DAYS), { openSpreads: 1_000 });
      for (let t = 0; t < DAYS.length; t++) {
        detector.step({ lastIndex: t, cost: cost.subarray(t, t + 1) });
      }
      const { monitor } = detector;
      for (let t = 120; t + days <= DAYS.length; t += 16) {
        const expected = monitor.level(t, 1);
        const mean = cost.subarray(t, t + days).reduce((sum, one) => sum + one, 0) / days;
        const band = monitor.errorBand(t, days);
        all++;
        if (mean >= expected * (1 + band.low) && mean <= expected * (1 + band.high)) inside++;
      }
    }
    const share = inside / all;
    assert.ok(share >= 0.7 && share <= 0.9, `${days} days: ${share} of ${all}`);
  }
});

it('the interval holds the impact, is wider for a noisier series, and its expectation is all that is uncertain', () => {
  const widthOf = (size: number): number => {
    const cost = noisy(3, size).map((value, t) => (t >= 190 ? value + 3_000 : value));
    const element = { subAccountId: '1', serviceName: 'EC2' };
    const { anomalies } = detectAnomalies({
      days: DAYS,
      lastCompleteIndex: DAYS.length - 1,
      planned: [],
      series: [{ element, level: 'account_service', cost }],
    });
    const found = anomalies.find(({ onsetIndex }) => onsetIndex === 190);
    const { low = 0, high = 0 } = found?.impactPerDayInterval ?? {};
    assert.ok(low <= (found?.impactPerDay ?? 0) && (found?.impactPerDay ?? 0) <= high);
    assert.ok(low < 3_000 && 3_000 < high, `${low} to ${high}`);
    return high - low;
  };
  assert.ok(widthOf(0.08) > 2 * widthOf(0.02));
});
