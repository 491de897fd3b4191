import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createTestLake, focusCsv } from '../lake.testing.ts';
import { detectSignals } from './detect.ts';

const ACCOUNT = '100000000001';

/** Forty days in two currencies; in both, cost doubles on the 36th. */
const ROWS = Array.from({ length: 40 }, (_, day) => day).flatMap((day) =>
  ['USD', 'EUR'].map((BillingCurrency) => {
    const at = (offset: number) => new Date(Date.UTC(2026, 0, 1 + day + offset)).toISOString();
    const cost = ((day >= 35 ? 400 : 200) + ((day * 7) % 5) / 10).toFixed(2);
    const month = day < 31 ? ['2026-01', '2026-02'] : ['2026-02', '2026-03'];
    return {
      BillingCurrency,
      BilledCost: cost,
      EffectiveCost: cost,
      BillingPeriodStart: `${month[0]}-01T00:00:00Z`,
      BillingPeriodEnd: `${month[1]}-01T00:00:00Z`,
      ChargePeriodStart: at(0),
      ChargePeriodEnd: at(1),
    };
  }),
);

it('takes feedback on a change in one currency for nothing that is charged in another', async (t) => {
  const lake = await createTestLake(t);
  const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv(ROWS)));
  const version = await lake.open(manifest.versionId);
  const request = {
    lake: version.scoped('all'),
    basis: manifest.basis,
    currencies: manifest.currencies,
    planned: [],
    clock: { nowMs: () => 0 },
  };
  const currenciesOf = (result: Awaited<ReturnType<typeof detectSignals>>) =>
    result.signals.map(({ anomaly }) => anomaly.impactPerDay.currency);
  const first = await detectSignals(request);
  assert.deepEqual(currenciesOf(first).toSorted(), ['EUR', 'USD']);
  const dollars = first.signals.find(({ anomaly }) => anomaly.impactPerDay.currency === 'USD');
  assert.equal(dollars?.scopeAccounts[0], ACCOUNT);
  const { element, direction, onsetDate, lastDate, impactPercent } = dollars.anomaly;
  const feedback = [
    {
      feedbackId: 'feedback_1',
      verdict: 'not_anomaly' as const,
      ...{ element, direction, onsetDate, lastDate, impactPercent },
      currency: 'USD',
      untilDate: '2026-12-31',
      impactPerDay: Number(dollars.anomaly.impactPerDay.amount),
    },
  ];
  const second = await detectSignals({ ...request, feedback });
  assert.deepEqual(currenciesOf(second), ['EUR']);
  assert.deepEqual(
    second.suppressed.map(({ impactPerDay }) => impactPerDay.currency),
    ['USD'],
  );
});
