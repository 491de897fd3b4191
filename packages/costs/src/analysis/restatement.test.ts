import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Signal } from '@counterfoil/core';
import { createTestLake, focusCsv, type TestRow } from '../lake.testing.ts';
import { addDays } from './days.ts';
import { detectSignals, type DetectResult } from './detect.ts';
import { lastComplete } from './span.ts';

const FIRST_DAY = '2026-01-01';

/** A bill of two accounts by the day; `added` is what account 111 costs more on a day. */
function bill(days: number, added: (day: number) => number = () => 0): readonly TestRow[] {
  return Array.from({ length: days }, (_, day) => day).flatMap((day) =>
    ['111', '222'].map((account): TestRow => {
      const date = addDays(FIRST_DAY, day);
      const extra = account === '111' ? added(day) : 0;
      const cost = (100 + extra + ((day * 7) % 5) / 10).toFixed(2);
      return {
        SubAccountId: account,
        BilledCost: cost,
        EffectiveCost: cost,
        ChargePeriodStart: `${date}T00:00:00Z`,
        ChargePeriodEnd: `${addDays(date, 1)}T00:00:00Z`,
        BillingPeriodStart: `${date.slice(0, 7)}-01T00:00:00Z`,
        BillingPeriodEnd: `${addDays(`${date.slice(0, 7)}-28`, 5).slice(0, 7)}-01T00:00:00Z`,
        ChargeClass: '',
      };
    }),
  );
}

/** Detects in the second bill, the first being the version before. */
async function detectAfter(
  t: TestContext,
  before: readonly TestRow[],
  after: readonly TestRow[],
): Promise<DetectResult> {
  const lake = await createTestLake(t);
  const open = async (name: string, rows: readonly TestRow[]) => {
    const { manifest } = await lake.ingest(lake.file(name, focusCsv(rows)));
    const version = await lake.open(manifest.versionId);
    return { lake: version.scoped('all'), basis: manifest.basis };
  };
  const previous = await open('before.csv', before);
  const { lake: scoped, basis } = await open('after.csv', after);
  return detectSignals({
    ...{ lake: scoped, basis, previous, currencies: ['USD'], planned: [] },
    clock: { nowMs: () => 0 },
  });
}

const reasonsOf = (signals: readonly Signal[]) =>
  signals.map(({ anomaly, innocent }) => [anomaly.onsetDate, innocent?.reason]);
const spike = (from: number, size: number) => (day: number) =>
  day >= from && day < from + 3 ? size : 0;

describe('restated days', () => {
  it('are told as a restatement, and raise no alert', async (t) => {
    const result = await detectAfter(t, bill(60), bill(62, spike(45, 300)));
    assert.deepEqual(reasonsOf(result.signals), [[addDays(FIRST_DAY, 45), 'restatement']]);
    const [restatement] = result.restatements;
    assert.equal(restatement?.daysCount, 3);
    assert.equal(restatement?.fromDate, addDays(FIRST_DAY, 45));
    assert.equal(restatement?.toDate, addDays(FIRST_DAY, 47));
    assert.equal(Number(restatement?.net), 900);
  });

  it('count in gross where they cancel out', async (t) => {
    const swap = (day: number) => (day === 40 ? 50 : day === 41 ? -50 : 0);
    const result = await detectAfter(t, bill(60), bill(60, swap));
    assert.equal(Number(result.restatements[0]?.net), 0);
    assert.equal(Number(result.restatements[0]?.gross), 100);
  });

  it('excuse nothing that the version before showed, nor what began after it had settled', async (t) => {
    const same = await detectAfter(t, bill(60, spike(45, 300)), bill(62, spike(45, 300)));
    assert.deepEqual(reasonsOf(same.signals), [[addDays(FIRST_DAY, 45), undefined]]);
    assert.deepEqual(same.restatements, []);
    const fresh = await detectAfter(
      t,
      bill(60),
      bill(63, (day) => (day >= 57 ? 300 : 0)),
    );
    assert.deepEqual(reasonsOf(fresh.signals), [[addDays(FIRST_DAY, 57), undefined]]);
  });
});

describe('days that are still being billed', () => {
  const day = (rows: number, ended = true) => ({ rows, ended });
  const usual = Array.from({ length: 20 }, () => day(100));

  it('are those from the first thin one on, up to five', () => {
    assert.equal(lastComplete(usual), 19);
    assert.equal(lastComplete([...usual, day(50)]), 20);
    assert.equal(lastComplete([...usual, day(49)]), 19);
    assert.equal(lastComplete([...usual, day(40), day(30), day(10)]), 19);
    assert.equal(lastComplete([...usual, ...Array.from({ length: 8 }, () => day(1))]), 22);
    assert.equal(lastComplete([...usual, day(100, false)]), 19);
    assert.equal(lastComplete([day(1)]), 0);
  });

  it('do not look like a drop', async (t) => {
    const rows = bill(60).filter(
      (row, at) => at % 2 === 0 || (row['ChargePeriodStart'] ?? '') < addDays(FIRST_DAY, 58),
    );
    const cut = rows.map((row) =>
      (row['ChargePeriodStart'] ?? '') >= addDays(FIRST_DAY, 59)
        ? { ...row, ChargePeriodEnd: `${addDays(FIRST_DAY, 59)}T06:00:00Z` }
        : row,
    );
    const { signals, lastCompleteDate, limits } = await detectAfter(t, bill(50), cut);
    assert.equal(lastCompleteDate, addDays(FIRST_DAY, 58));
    assert.ok(limits.some((limit) => limit.includes(addDays(FIRST_DAY, 59))));
    assert.ok(signals.every(({ anomaly }) => anomaly.onsetDate < addDays(FIRST_DAY, 59)));
  });
});

describe('money that comes back', () => {
  it('is a refund, not a change of usage', async (t) => {
    const { signals } = await detectAfter(
      t,
      bill(50),
      bill(60, (day) => (day === 56 ? -900 : 0)),
    );
    assert.deepEqual(reasonsOf(signals), [[addDays(FIRST_DAY, 56), 'refund']]);
  });
});

describe('what a signal says of its size', () => {
  it('holds the impact in its interval and projects what goes on, and not what is over', async (t) => {
    const ongoing = await detectAfter(
      t,
      bill(50),
      bill(60, (day) => (day >= 55 ? 300 : 0)),
    );
    const { impactInterval, impactTotal, projectedPer30Days, driver } =
      ongoing.signals[0]?.anomaly ?? {};
    assert.equal(impactInterval?.confidencePercent, 80);
    const total = Number(impactTotal?.amount);
    assert.ok(Number(impactInterval?.totalLow.amount) <= total);
    assert.ok(total <= Number(impactInterval?.totalHigh.amount));
    assert.ok(Math.abs(Number(projectedPer30Days?.amount) - (total / 5) * 30) < 0.01);
    assert.equal(driver, 'price');
    const over = await detectAfter(t, bill(50), bill(60, spike(50, 300)));
    assert.equal(over.signals[0]?.anomaly.projectedPer30Days, undefined);
    assert.equal(over.signals[0]?.anomaly.impactInterval?.per30DaysHigh, undefined);
  });
});
