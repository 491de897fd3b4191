import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UpstreamError, type ActionBinding, type ChangeRecord } from '@counterfoil/core';
import { changeRecordsOf, changeStatusOf } from './change-status.ts';

const NOW_MS = Date.parse('2026-03-01T11:00:00.000Z');
const record: ChangeRecord = {
  ...{ changeId: 'CHG0000001', status: 'open', statusText: 'Implement', risk: 'low' },
  window: { from: '2026-03-01T10:00:00.000Z', to: '2026-03-01T12:00:00.000Z' },
  ...{ accounts: ['111'], targets: null },
};
const binding = (change: Partial<ActionBinding>) =>
  ({
    ...{ changeId: 'CHG0000001', account: '111' },
    blastRadius: { targets: ['i-1'], accounts: ['111'], note: '' },
    ...change,
  }) as ActionBinding;

test('the record is read each time, and its flaws are told', async () => {
  let nowMs = NOW_MS;
  let reads = 0;
  const told: string[] = [];
  const find = async () => {
    reads += 1;
    return record;
  };
  const statusOf = changeStatusOf({ find }, { nowMs: () => nowMs }, (_id, flaws) =>
    told.push(...flaws.map(({ code }) => code)),
  );
  assert.equal(await statusOf(binding({})), 'valid');
  assert.equal(await statusOf(binding({ account: '222' })), 'invalid');
  nowMs = Date.parse('2026-03-01T12:00:00.000Z');
  assert.equal(await statusOf(binding({})), 'invalid');
  assert.deepEqual(told, ['CHANGE_OTHER_ACCOUNT', 'CHANGE_TOO_LATE']);
  assert.equal(reads, 3);
  assert.equal(await statusOf(binding({ changeId: null })), 'absent');
  assert.equal(reads, 3);
});

test('an id that nobody can confirm is invalid, and a system that fails decides nothing', async () => {
  const clock = { nowMs: () => NOW_MS };
  const alone = changeStatusOf(changeRecordsOf(undefined), clock, () => undefined);
  assert.equal(await alone(binding({})), 'invalid');
  const find = async () => {
    throw new UpstreamError('UNAVAILABLE', 'a test');
  };
  const failing = changeStatusOf({ find }, clock, () => undefined);
  await assert.rejects(failing(binding({})), UpstreamError);
});
