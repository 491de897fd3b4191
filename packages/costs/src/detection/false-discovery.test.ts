import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { detectAnomalies } from './detect.ts';
import { discoveryLimit, NullTail } from './false-discovery.ts';
import { random } from './organisation.testing.ts';
import type { DailySeries } from './series.ts';

describe('the step-up procedure', () => {
  it('rejects the largest p-value that lies on or below its line, and all smaller ones', () => {
    // Lines at rate 0.1 of 10 tests: 0.01, 0.02, 0.03, 0.04.
    assert.equal(discoveryLimit([0.005, 0.03, 0.029, 0.5], 10, 0.1), 0.03);
    assert.equal(discoveryLimit([0.005, 0.031, 0.03, 0.5], 10, 0.1), 0.005);
    assert.equal(discoveryLimit([0.011], 10, 0.1), 0);
    assert.equal(discoveryLimit([], 10, 0.1), 0);
  });

  it('asks more of a lone departure the more series there are', () => {
    assert.equal(discoveryLimit([0.001], 100, 0.1), 0.001);
    assert.equal(discoveryLimit([0.001], 101, 0.1), 0);
  });
});

describe('the null', () => {
  const pareto = (next: () => number, index: number) => 3 * (1 - next()) ** (-1 / index);

  it('finds the weight of its own tail, and makes it heavier where true changes are among it', () => {
    const next = random(7);
    const plain = new NullTail(6.5);
    const mixed = new NullTail(6.5);
    for (let day = 0; day < 50_000; day++) {
      const distance = next() < 0.98 ? 3 * next() : pareto(next, 5);
      plain.add(distance);
      mixed.add(day % 500 === 0 ? 40 : distance);
    }
    const truth = 0.02 * (12 / 3) ** -5;
    assert.ok(plain.survival(12) > truth / 2 && plain.survival(12) < truth * 2);
    assert.ok(mixed.survival(12) > plain.survival(12));
  });

  it('says nothing is rare while it has seen little', () => {
    const tail = new NullTail(6.5);
    assert.equal(tail.survival(2.9), 1);
    assert.ok(tail.survival(8) > 0.01);
  });
});

const DAYS = Array.from({ length: 90 }, (_, t) =>
  new Date(Date.UTC(2026, 0, 1 + t)).toISOString().slice(0, 10),
);

/** Series to which nothing happens: weekly season, growth, noise with the tail of Student's t at four degrees of freedom. */
function nothingHappens(count: number, seed: number): readonly DailySeries[] {
  const next = random(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return Array.from({ length: count }, (_, at) => {
    const weekend = 0.4 + 0.6 * next();
    const [base, size] = [200 * Math.exp(normal()), 0.03 + 0.07 * next()];
    const cost = Float64Array.from(DAYS, (day) => {
      const chi = [1, 2, 3, 4].reduce((sum) => sum + normal() ** 2, 0);
      const noise = normal() / Math.sqrt(chi / 4);
      const weekly = new Date(day).getUTCDay() % 6 === 0 ? weekend : 1;
      return Math.max(0, base * weekly * (1 + size * noise));
    });
    const element = { subAccountId: String(at), serviceName: 'EC2' };
    return { element, level: 'account_service', cost };
  });
}

describe('false alerts over many series', () => {
  const alerts = (series: readonly DailySeries[], falseDiscoveryRate: number): number =>
    detectAnomalies({
      days: DAYS,
      series,
      planned: [],
      lastCompleteIndex: DAYS.length - 1,
      options: { falseDiscoveryRate },
    }).anomalies.filter(({ innocent }) => innocent === undefined).length;

  it('do not grow with the number of series, as they would without control', () => {
    const [some, many] = [nothingHappens(300, 11), nothingHappens(3_000, 12)];
    const judgedDays = DAYS.length - 28;
    assert.ok(alerts(many, 1) > 5 * alerts(some, 1));
    // By chance there may be an alert on a tenth of the days; a few of them come in twos.
    assert.ok(alerts(some, 0.1) <= 0.2 * judgedDays);
    assert.ok(alerts(many, 0.1) <= 0.2 * judgedDays);
  });

  it('are held back without holding back a true change', () => {
    const series = nothingHappens(1_000, 13);
    const one = series[0] as DailySeries;
    const cost = one.cost.map((value, t) => (t >= 80 ? value * 3 : value));
    const { anomalies, heldBackCount } = detectAnomalies({
      days: DAYS,
      series: [{ ...one, cost }, ...series.slice(1)],
      planned: [],
      lastCompleteIndex: DAYS.length - 1,
    });
    assert.ok(
      anomalies.some(({ element, onsetIndex }) => element === one.element && onsetIndex === 80),
    );
    assert.ok(heldBackCount > 0);
  });
});
