import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DetectedAnomaly } from './anomaly.ts';
import { detectHourly, type HourlySeries } from './hourly.ts';
import { random } from './organisation.testing.ts';

const DAYS = Array.from({ length: 56 }, (_, t) =>
  new Date(Date.UTC(2026, 0, 5 + t)).toISOString().slice(0, 10),
);
const HOURS = DAYS.length * 24;
const SEEDS = Array.from({ length: 12 }, (_, seed) => seed + 1);

interface Bend {
  readonly from: number;
  readonly to?: number;
  readonly perHour: number;
}

/** Thirty services of ten accounts by the hour: day and night, weekend, noise; what bends is service 0 of account 0. */
function organisation(seed: number, bend?: Bend): readonly HourlySeries[] {
  const next = random(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return Array.from({ length: 30 }, (_, at) => {
    const [base, night, weekend] = [20 * Math.exp(normal() / 2), 0.3 * next(), 0.5 + 0.5 * next()];
    const noise = 0.02 + 0.06 * next();
    const cost = Float64Array.from({ length: HOURS }, (_, t) => {
      const weekday = Math.floor(t / 24) % 7;
      const daily = 1 + night * Math.sin((2 * Math.PI * ((t % 24) - 9)) / 24);
      const usual = base * daily * (weekday >= 5 ? weekend : 1) * (1 + noise * normal());
      const added = at === 0 && bend && t >= bend.from && t <= (bend.to ?? HOURS);
      return usual + (added ? bend.perHour : 0);
    });
    const element = {
      subAccountId: String(at % 10),
      serviceName: `service ${Math.floor(at / 10)}`,
    };
    return { element, level: 'account_service', cost };
  });
}

function detected(
  series: readonly HourlySeries[],
  lastCompleteHour = HOURS - 1,
): readonly DetectedAnomaly[] {
  return detectHourly({ days: DAYS, lastCompleteHour, series, planned: [] });
}

describe('changes by the hour', () => {
  it('finds a runaway within three hours of its onset, with its hour, and nothing else', () => {
    for (const seed of SEEDS) {
      const onset = HOURS - 30 - (seed % 20);
      const series = organisation(seed, { from: onset, perHour: 60 });
      const hourOfAlert = [0, 1, 2, 3].find((later) => detected(series, onset + later).length > 0);
      assert.ok(hourOfAlert !== undefined && hourOfAlert <= 2, `seed ${seed}: ${hourOfAlert}`);
      const found = detected(series);
      assert.equal(found.length, 1, `seed ${seed}`);
      assert.deepEqual(found[0]?.element, { subAccountId: '0', serviceName: 'service 0' });
      assert.equal(found[0]?.onsetHour, onset % 24);
      assert.equal(found[0]?.onsetIndex, Math.floor(onset / 24));
      const hours = HOURS - onset;
      assert.ok(Math.abs((found[0]?.impactTotal ?? 0) - 60 * hours) < 0.25 * 60 * hours);
      const { low = 0, high = 0 } = found[0]?.impactPerDayInterval ?? {};
      assert.ok(low < (found[0]?.impactPerDay ?? 0) && (found[0]?.impactPerDay ?? 0) < high);
    }
  });

  it('finds a burst that is over before its day is, and a drop', () => {
    const from = HOURS - 40;
    const burst = detected(organisation(3, { from, to: from + 4, perHour: 90 }));
    assert.deepEqual(
      burst.map(({ direction, onsetHour }) => [direction, onsetHour]),
      [['increase', from % 24]],
    );
    assert.ok(Math.abs((burst[0]?.impactTotal ?? 0) - 450) < 60);
    const drop = detected(organisation(3, { from, perHour: -12 }));
    assert.deepEqual(
      drop.map(({ direction }) => direction),
      ['decrease'],
    );
  });

  it('says nothing of days on which nothing happens', () => {
    const alerts = SEEDS.map((seed) => detected(organisation(100 + seed)).length);
    assert.ok(alerts.reduce((sum, count) => sum + count, 0) <= 1, String(alerts));
  });

  it('judges no hour after the last complete one', () => {
    const series = organisation(5).map((one) => ({
      ...one,
      cost: one.cost.slice().fill(0, HOURS - 5),
    }));
    assert.equal(detected(series, HOURS - 6).length, 0);
    assert.ok(detected(series, HOURS - 1).length > 0);
  });

  it('leaves changes of earlier weeks to the daily detector', () => {
    const from = HOURS - 10 * 24;
    assert.equal(detected(organisation(2, { from, to: from + 20, perHour: 90 })).length, 0);
  });

  it('takes the month end for what the last one was, and more than it for more', () => {
    const edgeHours = DAYS.flatMap((day, at) =>
      /-(01|02)$/.test(day) ? Array.from({ length: 24 }, (_, hour) => at * 24 + hour) : [],
    );
    const days = DAYS.slice(0, DAYS.indexOf('2026-02-28') + 1);
    const batch = (times: number) =>
      organisation(4).map((one, at) => {
        const cost = one.cost.slice();
        if (at === 0) {
          for (const t of edgeHours) {
            if (t < HOURS) cost[t] = (cost[t] as number) + 80 * (t > 24 * 40 ? times : 1);
          }
        }
        return { ...one, cost };
      });
    assert.ok(days.length > 0);
    const during = DAYS.indexOf('2026-03-01') * 24 + 23;
    if (during > 0 && during < HOURS) {
      assert.equal(detected(batch(1), during).length, 0);
      assert.equal(detected(batch(3), during).length, 1);
    }
  });

  it('knows an announced activity', () => {
    const onset = HOURS - 30;
    const series = organisation(6, { from: onset, perHour: 60 });
    const fromDate = DAYS[Math.floor(onset / 24)] as string;
    const planned = [
      { name: 'load test', element: { subAccountId: '0' }, fromDate, toDate: '2027-01-01' },
    ];
    const [found] = detectHourly({ days: DAYS, lastCompleteHour: HOURS - 1, series, planned });
    assert.equal(found?.innocent?.reason, 'planned_activity');
  });
});
