import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTestLake, focusCsv, type TestLake, type TestRow } from '../lake.testing.ts';
import { addDays } from './days.ts';
import { detectSignals } from './detect.ts';

const FIRST_DAY = '2026-02-02';
const DAYS = 35;
const HOUR_MS = 3_600_000;

/** Charges of two accounts by the hour, up to `lastHour`; from `onset` on account 111 costs 40 an hour more. */
function bill({ lastHour, onset }: { lastHour: number; onset: number }): readonly TestRow[] {
  return Array.from({ length: lastHour + 1 }, (_, hour) => hour).flatMap((hour) =>
    ['111', '222'].flatMap((account) =>
      ['i-1', 'i-2', 'i-3', 'i-4'].map((resource, at): TestRow => {
        const startMs = Date.parse(`${FIRST_DAY}T00:00:00Z`) + hour * HOUR_MS;
        const start = new Date(startMs).toISOString();
        const daily = 5 + Math.sin((2 * Math.PI * (hour % 24)) / 24);
        const runaway = account === '111' && at === 0 && hour >= onset ? 40 : 0;
        const cost = (daily + runaway + ((hour * 7 + at) % 5) / 50).toFixed(4);
        const month = start.slice(0, 7);
        return {
          SubAccountId: account,
          ResourceId: resource,
          BilledCost: cost,
          EffectiveCost: cost,
          ChargePeriodStart: start,
          ChargePeriodEnd: new Date(startMs + HOUR_MS).toISOString(),
          BillingPeriodStart: `${month}-01T00:00:00Z`,
          BillingPeriodEnd: `${addDays(`${month}-28`, 5).slice(0, 7)}-01T00:00:00Z`,
          ChargeClass: '',
          Tags: `{"team":"${account === '111' ? 'core' : 'shop'}"}`,
        };
      }),
    ),
  );
}

async function detect(lake: TestLake, rows: readonly TestRow[]) {
  const { manifest } = await lake.ingest(lake.file('hours.csv', focusCsv(rows)));
  const version = await lake.open(manifest.versionId);
  return detectSignals({
    lake: version.scoped('all'),
    basis: manifest.basis,
    currencies: manifest.currencies,
    planned: [],
    clock: { nowMs: () => 0 },
  });
}

describe('hourly charges in the lake', () => {
  const today = (DAYS - 1) * 24;

  it('show a runaway of today, with its hour and what it will cost, before the day is complete', async (t) => {
    const onset = today + 8;
    const result = await detect(await createTestLake(t), bill({ lastHour: onset + 3, onset }));
    assert.equal(result.lastCompleteDate, addDays(FIRST_DAY, DAYS - 2));
    assert.equal(
      result.lastCompleteHour,
      new Date(Date.parse(`${FIRST_DAY}T00:00:00Z`) + (onset + 3) * HOUR_MS).toISOString(),
    );
    assert.equal(result.signals.length, 1);
    const [signal] = result.signals;
    assert.deepEqual(signal?.scopeAccounts, ['111']);
    assert.equal(signal?.anomaly.onsetDate, addDays(FIRST_DAY, DAYS - 1));
    assert.equal(signal?.anomaly.onsetHour, 8);
    const impact = Number(signal?.anomaly.impactTotal.amount);
    assert.ok(Math.abs(impact - 160) < 8, String(impact));
    const projected = Number(signal?.anomaly.projectedPer30Days?.amount);
    assert.ok(Math.abs(projected / (40 * 24 * 30) - 1) < 0.1, String(projected));
  });

  it('are one anomaly with the daily figures of the same cause, and the same signal as before', async (t) => {
    const onset = today - 24 + 8;
    const lake = await createTestLake(t);
    const early = await detect(lake, bill({ lastHour: onset + 4, onset }));
    const later = await detect(lake, bill({ lastHour: today + 23, onset }));
    assert.equal(early.signals.length, 1);
    assert.equal(later.signals.length, 1);
    assert.equal(later.signals[0]?.signalId, early.signals[0]?.signalId);
    assert.equal(later.signals[0]?.anomaly.onsetHour, 8);
  });

  it('are not judged while the newest hours are incomplete', async (t) => {
    const whole = bill({ lastHour: today + 10, onset: Number.POSITIVE_INFINITY });
    const edge = new Date(
      Date.parse(`${FIRST_DAY}T00:00:00Z`) + (today + 9) * HOUR_MS,
    ).toISOString();
    const late = whole.filter(
      (row) => (row['ChargePeriodStart'] ?? '') < edge || row['ResourceId'] === 'i-1',
    );
    const result = await detect(await createTestLake(t), late);
    assert.deepEqual(result.signals, []);
    assert.equal(result.lastCompleteHour, new Date(Date.parse(edge) - HOUR_MS).toISOString());
  });

  it('are watched by tag too', async (t) => {
    const rows = bill({ lastHour: today + 23, onset: Number.POSITIVE_INFINITY });
    const result = await detect(await createTestLake(t), rows);
    assert.deepEqual(result.tagKeys, ['team']);
    assert.deepEqual(result.signals, []);
  });
});
