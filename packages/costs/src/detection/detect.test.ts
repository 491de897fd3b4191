import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectAnomalies, type DetectionInput } from './detect.ts';
import type { DetectedAnomaly } from './anomaly.ts';
import { testOrganisation, type Planted, type TestOrganisation } from './organisation.testing.ts';
import type { DailySeries } from './series.ts';

const DAYS = Array.from({ length: 120 }, (_, t) =>
  new Date(Date.UTC(2026, 0, 1 + t)).toISOString().slice(0, 10),
);
const SEEDS = Array.from({ length: 20 }, (_, seed) => seed + 1);

/** The triage default: more than 15 % and more than 200 a day. */
function isMaterial(anomaly: DetectedAnomaly): boolean {
  const { impactPercent, impactPerDay } = anomaly;
  return Math.abs(impactPerDay) > 200 && (impactPercent === null || Math.abs(impactPercent) > 15);
}

function casesOf(organisation: TestOrganisation): {
  all: readonly DetectedAnomaly[];
  cases: readonly DetectedAnomaly[];
} {
  const { days, series, planned } = organisation;
  const { anomalies } = detectAnomalies({
    days,
    series,
    planned,
    lastCompleteIndex: days.length - 1,
  });
  const cases = anomalies.filter((one) => isMaterial(one) && one.direction === 'increase');
  return { all: anomalies, cases: cases.filter((one) => !one.innocent) };
}

function isAt(anomaly: DetectedAnomaly, planted: Planted): boolean {
  const values: Record<string, string | undefined> = { ...planted.element };
  return Object.entries(anomaly.element).every(([name, value]) => values[name] === value);
}

test('finds each planted incident once, within two days of its onset, and nothing else, for twenty organisations', () => {
  for (const seed of SEEDS) {
    const organisation = testOrganisation(seed, { accounts: 8 });
    const { cases } = casesOf(organisation);
    for (const planted of organisation.incidents) {
      const found = cases.filter((one) => isAt(one, planted));
      assert.equal(found.length, 1, `seed ${seed}: ${planted.kind}`);
      assert.ok(Math.abs((found[0]?.onsetIndex ?? 0) - planted.onset) <= 2, `seed ${seed}`);
    }
    assert.equal(cases.length, organisation.incidents.length, `seed ${seed}: false cases`);
  }
});

test('recognises the month-end batch, the planned launch and the credit expiry as innocent', () => {
  for (const seed of SEEDS.slice(0, 8)) {
    const organisation = testOrganisation(seed, { accounts: 8, incidents: false });
    const { all, cases } = casesOf(organisation);
    assert.deepEqual(cases, [], `seed ${seed}`);
    for (const planted of organisation.lookAlikes) {
      const seen = all.some((one) => one.innocent?.reason === planted.kind && isAt(one, planted));
      assert.ok(seen, `seed ${seed}: ${planted.kind}`);
    }
  }
});

test('tells an expired commitment from more usage by its price', () => {
  const organisation = testOrganisation(3, { accounts: 8 });
  const { cases } = casesOf(organisation);
  for (const planted of organisation.incidents) {
    const found = cases.find((one) => isAt(one, planted));
    const driver = planted.kind === 'expired_reservation' ? 'price' : found?.driver;
    assert.equal(found?.driver, driver);
    assert.notEqual(found?.driver, 'unknown');
  }
});

function oneSeries(cost: (t: number) => number): DetectionInput {
  const series: DailySeries = {
    element: { subAccountId: '123456789012', serviceName: 'EC2' },
    level: 'account_service',
    cost: Float64Array.from(DAYS, (_, t) => cost(t) * (1 + 0.01 * Math.sin(t * 7.3))),
  };
  return { days: DAYS, series: [series], planned: [], lastCompleteIndex: DAYS.length - 1 };
}

test('a lasting rise is one anomaly from its first day to the last complete one, with its impact', () => {
  const { anomalies } = detectAnomalies(oneSeries((t) => (t >= 100 ? 1500 : 1000)));
  assert.equal(anomalies.length, 1);
  const [anomaly] = anomalies;
  assert.equal(anomaly?.direction, 'increase');
  assert.equal(anomaly?.onsetIndex, 100);
  assert.equal(anomaly?.lastIndex, 119);
  assert.ok(Math.abs((anomaly?.impactPerDay ?? 0) - 500) < 20);
  assert.ok(Math.abs((anomaly?.impactPercent ?? 0) - 50) < 2);
  assert.ok(Math.abs((anomaly?.impactTotal ?? 0) - 20 * (anomaly?.impactPerDay ?? 0)) < 1e-6);
});

test('a drop is reported as a decrease', () => {
  const { anomalies } = detectAnomalies(oneSeries((t) => (t >= 112 ? 400 : 1000)));
  assert.equal(anomalies.length, 1);
  assert.equal(anomalies[0]?.direction, 'decrease');
  assert.ok((anomalies[0]?.impactPerDay ?? 0) < -500);
});

test('days after the last complete one are not judged', () => {
  const input = oneSeries((t) => (t >= 118 ? 5 : 1000));
  assert.equal(detectAnomalies({ ...input, lastCompleteIndex: 117 }).anomalies.length, 0);
  assert.equal(detectAnomalies({ ...input, lastCompleteIndex: 118 }).anomalies.length, 1);
});

test('a cost that begins from nothing has no percentage', () => {
  const { anomalies } = detectAnomalies(oneSeries((t) => (t >= 110 ? 800 : 0)));
  assert.equal(anomalies.length, 1);
  assert.equal(anomalies[0]?.impactPercent, null);
});

test('a planned activity covers its days only, and only rises', () => {
  const input = oneSeries((t) => (t >= 100 ? 1500 : 1000));
  const entry = { name: 'sale', element: { serviceName: 'EC2' } };
  const reasonWith = (fromDate: string, toDate: string): string | undefined => {
    const planned = [{ ...entry, fromDate, toDate }];
    return detectAnomalies({ ...input, planned }).anomalies[0]?.innocent?.reason;
  };
  const onset = DAYS[100] as string;
  assert.equal(reasonWith(onset, DAYS[101] as string), 'planned_activity');
  assert.equal(reasonWith(DAYS[99] as string, onset), undefined);
  assert.equal(reasonWith(DAYS[101] as string, DAYS[119] as string), undefined);
  const drop = oneSeries((t) => (t >= 100 ? 500 : 1000));
  const planned = [{ ...entry, fromDate: DAYS[90] as string, toDate: DAYS[119] as string }];
  assert.equal(detectAnomalies({ ...drop, planned }).anomalies[0]?.innocent, undefined);
});

test('a five-day run over the month end is recognised at its very first occurrence', () => {
  const dayOfMonth = (t: number): number => new Date(Date.UTC(2026, 0, 1 + t)).getUTCDate();
  const inRun = (t: number): boolean => dayOfMonth(t) <= 4 || dayOfMonth(t + 1) === 1;
  const { anomalies } = detectAnomalies(oneSeries((t) => (t > 4 && inRun(t) ? 1900 : 1000)));
  assert.ok(anomalies.length > 0);
  for (const { innocent } of anomalies) assert.equal(innocent?.reason, 'recurring_month_end');
});

test('a month-end run that does not come is a decrease', () => {
  const isFirst = (t: number): boolean => DAYS[t]?.endsWith('-01') ?? false;
  const input = oneSeries((t) => (isFirst(t) && t < 80 ? 2500 : 1000));
  const { anomalies } = detectAnomalies({ ...input, lastCompleteIndex: 95 });
  const last = anomalies.filter((one) => DAYS[one.onsetIndex] === '2026-04-01');
  assert.deepEqual(
    last.map((one) => [one.direction, one.innocent]),
    [['decrease', undefined]],
  );
});

test('the same input gives the same answer', () => {
  const organisation = testOrganisation(5, { accounts: 8 });
  assert.deepEqual(casesOf(organisation), casesOf(organisation));
});
