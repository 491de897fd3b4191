import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CostAnomaly, Signal } from '../signal/signal.ts';
import { triage, TRIAGE_THRESHOLDS_DEFAULT } from './triage.ts';

const usd = (amount: string) => ({ amount, currency: 'USD' });

function signal(anomaly: Partial<CostAnomaly>, more: Partial<Signal> = {}): Signal {
  return {
    signalId: 'sig_1',
    kind: 'cost_anomaly',
    dedupeKey: 'k',
    scopeAccounts: ['111122223333'],
    dataVersion: 'v1',
    detectedAt: '2026-01-01T00:00:00.000Z',
    anomaly: {
      direction: 'increase',
      basis: 'EffectiveCost',
      element: { subAccountId: '111122223333' },
      onsetDate: '2025-12-28',
      lastDate: '2025-12-31',
      expectedPerDay: usd('100'),
      actualPerDay: usd('500'),
      impactPerDay: usd('400'),
      impactTotal: usd('1600'),
      impactPercent: 400,
      queryIds: [],
      ...anomaly,
    },
    ...more,
  };
}

const decide = (value: Signal) => triage(value, TRIAGE_THRESHOLDS_DEFAULT);
const reasonOf = (value: Signal) => {
  const decision = decide(value);
  return decision.type === 'dismiss' ? decision.reason : decision.type;
};

test('a change above both limits is investigated', () => {
  assert.deepEqual(decide(signal({})), { type: 'investigate' });
});

test('exactly at a limit is not above it', () => {
  assert.equal(reasonOf(signal({ impactPercent: 15 })), 'below_threshold');
  assert.equal(reasonOf(signal({ impactPercent: 15.1 })), 'investigate');
  assert.equal(reasonOf(signal({ impactPerDay: usd('200') })), 'below_threshold');
  assert.equal(reasonOf(signal({ impactPerDay: usd('200.000001') })), 'investigate');
});

test('a change from nothing has no percent and is judged by money alone', () => {
  assert.equal(reasonOf(signal({ impactPercent: null })), 'investigate');
  assert.equal(
    reasonOf(signal({ impactPercent: null, impactPerDay: usd('199') })),
    'below_threshold',
  );
});

test('an innocent look-alike is dismissed with the reason of the detector', () => {
  const innocent = { reason: 'planned_activity', note: 'load test' } as const;
  assert.deepEqual(decide(signal({}, { innocent })), { type: 'dismiss', ...innocent });
});

test('a drop opens no case however large', () => {
  assert.equal(
    reasonOf(signal({ direction: 'decrease', impactPerDay: usd('-9000'), impactPercent: -90 })),
    'decrease',
  );
});
