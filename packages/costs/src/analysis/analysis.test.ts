import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CostQuery, Signal } from '@counterfoil/core';
import { createTestLake, focusCsv, type TestLake, type TestRow } from '../lake.testing.ts';
import { addDays } from './days.ts';
import { detectSignals } from './detect.ts';
import { localiseAnomaly } from './localise.ts';

const FIRST_DAY = '2026-01-01';
const DAYS = 60;
const ONSET = 50;

/** What one resource costs a day, before and from the onset on. */
interface Line {
  readonly account: string;
  readonly resource: string;
  readonly before: number;
  readonly after?: number;
  readonly row?: TestRow;
}

function billOf(lines: readonly Line[], currency = 'USD'): readonly TestRow[] {
  return lines.flatMap((line) =>
    Array.from({ length: DAYS }, (_, day): TestRow => {
      const date = addDays(FIRST_DAY, day);
      const month = date.slice(0, 7);
      const cost =
        (day < ONSET ? line.before : (line.after ?? line.before)) + ((day * 3) % 5) / 100;
      return {
        SubAccountId: line.account,
        ResourceId: line.resource,
        BilledCost: cost.toFixed(2),
        EffectiveCost: cost.toFixed(2),
        BillingCurrency: currency,
        ChargePeriodStart: `${date}T00:00:00Z`,
        ChargePeriodEnd: `${addDays(date, 1)}T00:00:00Z`,
        BillingPeriodStart: `${month}-01T00:00:00Z`,
        BillingPeriodEnd: `${addDays(`${month}-28`, 5).slice(0, 7)}-01T00:00:00Z`,
        ChargeClass: '',
        ...line.row,
      };
    }),
  );
}

const LINES: readonly Line[] = [
  { account: '111', resource: 'quiet', before: 40 },
  { account: '111', resource: 'loud', before: 60, after: 560.25, row: { SkuMeter: 'GpuHours' } },
  { account: '222', resource: 'other', before: 100 },
];

async function detect(lake: TestLake, rows: readonly TestRow[], name = 'a.csv') {
  const { manifest } = await lake.ingest(lake.file(name, focusCsv(rows)));
  const version = await lake.open(manifest.versionId);
  const result = await detectSignals({
    lake: version.scoped('all'),
    basis: manifest.basis,
    currencies: manifest.currencies,
    planned: [],
    clock: { nowMs: () => 0 },
  });
  return { version, manifest, result };
}

function only<Item>(items: readonly Item[]): Item {
  assert.equal(items.length, 1);
  return items[0] as Item;
}

describe('detection over the lake', () => {
  it('makes one signal of a change, bounded to its account, whose figures a query repeats', async (t) => {
    const { version, result } = await detect(await createTestLake(t), billOf(LINES));
    const signal = only(result.signals);
    assert.deepEqual(signal.scopeAccounts, ['111']);
    assert.equal(signal.anomaly.onsetDate, addDays(FIRST_DAY, ONSET));
    assert.equal(signal.anomaly.lastDate, addDays(FIRST_DAY, DAYS - 1));
    assert.equal(signal.anomaly.direction, 'increase');
    const plan: CostQuery = {
      measures: [signal.anomaly.basis],
      groupBy: ['subAccountId', 'billingCurrency'],
      filter: Object.fromEntries(
        Object.entries(signal.anomaly.element).map(([name, value]) => [name, [value ?? '']]),
      ),
      fromDate: signal.anomaly.onsetDate,
      toDate: addDays(signal.anomaly.lastDate, 1),
    };
    const answer = await version.scoped(signal.scopeAccounts).query({
      ...plan,
      filter: { ...plan.filter, chargeCategory: ['Usage'] },
    });
    assert.ok(signal.anomaly.queryIds.includes(answer.queryId));
    const total = Number(answer.rows[0]?.[2]);
    assert.equal(Number(signal.anomaly.actualPerDay.amount).toFixed(4), (total / 10).toFixed(4));
    const { actualPerDay, expectedPerDay, impactPerDay } = signal.anomaly;
    assert.equal(
      (Number(actualPerDay.amount) - Number(expectedPerDay.amount)).toFixed(5),
      Number(impactPerDay.amount).toFixed(5),
    );
    assert.ok(Math.abs(Number(impactPerDay.amount) - 500.25) < 2);
  });

  it('gives the same signal to the byte when another account is added, and another data version when its own charges change', async (t) => {
    const lake = await createTestLake(t);
    const first = only((await detect(lake, billOf(LINES))).result.signals);
    const more = [...LINES, { account: '333', resource: 'new', before: 12 }];
    const second = only((await detect(lake, billOf(more), 'b.csv')).result.signals);
    assert.equal(JSON.stringify(second), JSON.stringify(first));
    const own = [...LINES, { account: first.scopeAccounts[0] ?? '', resource: 'new', before: 12 }];
    const third = only((await detect(lake, billOf(own), 'c.csv')).result.signals);
    assert.equal(third.signalId, first.signalId);
    assert.notEqual(third.dataVersion, first.dataVersion);
  });

  it('looks at each currency alone', async (t) => {
    const rows = [...billOf(LINES), ...billOf(LINES, 'EUR')];
    const { result } = await detect(await createTestLake(t), rows);
    const byCurrency = (one: Signal) => one.anomaly.impactPerDay.currency;
    assert.deepEqual(result.signals.map(byCurrency).toSorted(), ['EUR', 'USD']);
    const [a, b] = result.signals;
    assert.equal(a?.anomaly.actualPerDay.amount, b?.anomaly.actualPerDay.amount);
    assert.notEqual(a?.signalId, b?.signalId);
  });

  it('takes neither corrections, purchases nor taxes for a change of usage', async (t) => {
    const day = addDays(FIRST_DAY, 55);
    const extra = {
      ...{ SubAccountId: '222', BilledCost: '9000', EffectiveCost: '9000' },
      ...{ ChargePeriodStart: `${day}T00:00:00Z`, ChargePeriodEnd: `${addDays(day, 1)}T00:00:00Z` },
      ...{ BillingPeriodStart: '2026-02-01T00:00:00Z', BillingPeriodEnd: '2026-03-01T00:00:00Z' },
    };
    const rows = [
      ...billOf([{ account: '222', resource: 'other', before: 100 }]),
      { ...extra, ChargeClass: 'Correction' },
      { ...extra, ChargeCategory: 'Purchase' },
      { ...extra, ChargeCategory: 'Tax' },
    ];
    const { result } = await detect(await createTestLake(t), rows);
    assert.deepEqual(result.signals, []);
  });

  it('says when the history is too short, and when the last day is not complete', async (t) => {
    const short = billOf(LINES).filter((row) => (row['ChargePeriodStart'] ?? '') < '2026-01-21');
    const { result } = await detect(await createTestLake(t), short);
    assert.deepEqual(result.signals, []);
    assert.match(result.limits[0] ?? '', /USD: 20 days of usage are too few/);

    const cut = billOf(LINES).map((row) =>
      row['ChargePeriodStart'] === '2026-03-01T00:00:00Z'
        ? { ...row, ChargePeriodEnd: '2026-03-01T06:00:00Z' }
        : row,
    );
    const partial = await detect(await createTestLake(t), cut);
    assert.equal(partial.result.lastCompleteDate, '2026-02-28');
    assert.match(partial.result.limits[0] ?? '', /2026-03-01 is not complete yet/);
  });

  it('begins after a gap: a stray row of an old month is no history', async (t) => {
    const rows = [
      ...billOf(LINES),
      { SubAccountId: '111', ChargePeriodStart: '2025-10-03T00:00:00Z', ChargeClass: '' },
    ];
    const { result } = await detect(await createTestLake(t), rows);
    assert.equal(result.daysCount, DAYS);
    assert.match(result.limits[0] ?? '', /before the gap that ends on 2026-01-01 was left out/);
    only(result.signals);
  });
});

describe('localisation over the lake', () => {
  it('names account, usage type and resource, and sums their change exactly', async (t) => {
    const { version, result } = await detect(await createTestLake(t), billOf(LINES));
    const signal = only(result.signals);
    const found = await localiseAnomaly(version.scoped(signal.scopeAccounts), signal.anomaly);
    const [cause] = found.causes;
    assert.equal(cause?.element.subAccountId, '111');
    assert.equal(cause?.element.usageType, 'GpuHours');
    assert.equal(cause?.element.resourceId ?? cause?.resources[0]?.resourceId, 'loud');
    // Weekday by weekday: ten days from the onset against four whole weeks before it, computed apart.
    assert.equal(Number(cause?.deltaPerDay.amount).toFixed(2), weekdayDelta('loud').toFixed(2));
    assert.ok((cause?.share ?? 0) > 0.95 && (cause?.share ?? 2) <= 1);
    assert.equal(found.leaves, 2);
  });

  it('sees nothing of accounts outside the scope that it is given', async (t) => {
    const { version, result } = await detect(await createTestLake(t), billOf(LINES));
    const { anomaly } = only(result.signals);
    const found = await localiseAnomaly(version.scoped(['222']), anomaly);
    assert.equal(found.leaves, 0);
    assert.ok(found.causes.every(({ deltaPerDay }) => Number(deltaPerDay.amount) === 0));
    assert.ok(found.causes.every(({ resources }) => resources.length === 0));
  });

  it('gives the same bytes for the same question', async (t) => {
    const { version, result } = await detect(await createTestLake(t), billOf(LINES));
    const { anomaly, scopeAccounts } = only(result.signals);
    const ask = () => localiseAnomaly(version.scoped(scopeAccounts), anomaly);
    assert.equal(JSON.stringify(await ask()), JSON.stringify(await ask()));
  });
});

/** Mean of the days from the onset on, less the mean of the same weekdays of the four weeks before. */
function weekdayDelta(resource: string): number {
  const costs = billOf(LINES)
    .filter((row) => row['ResourceId'] === resource)
    .map((row) => Number(row['BilledCost']));
  let delta = 0;
  for (let day = ONSET; day < DAYS; day++) {
    const behind = day - ONSET;
    const same = [1, 2, 3, 4].map((week) => costs[ONSET + (behind % 7) - 7 * week] ?? 0);
    delta += (costs[day] ?? 0) - same.reduce((a, b) => a + b, 0) / 4;
  }
  return delta / (DAYS - ONSET);
}
