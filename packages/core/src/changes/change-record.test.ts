import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flawsOfChange, type ChangeRecord } from './change-record.ts';

const FROM = '2026-03-01T10:00:00.000Z';
const TO = '2026-03-01T12:00:00.000Z';
const record: ChangeRecord = {
  ...{ changeId: 'CHG0000001', status: 'open', statusText: 'Implement' },
  window: { from: FROM, to: TO },
  ...{ accounts: ['111'], targets: ['i-1', 'i-2'], risk: 'low' },
};
const subject = { account: '111', targets: ['i-1'], nowMs: Date.parse(FROM) };
const codes = (change: Partial<ChangeRecord>, about: Partial<typeof subject> = {}) =>
  flawsOfChange({ ...record, ...change }, { ...subject, ...about }).map(({ code }) => code);

test('an open record that covers account, target and time has no flaw, at both ends of its window', () => {
  assert.deepEqual(codes({}), []);
  assert.deepEqual(codes({}, { nowMs: Date.parse(TO) - 1 }), []);
  assert.deepEqual(codes({}, { nowMs: Date.parse(TO) }), ['CHANGE_TOO_LATE']);
  assert.deepEqual(codes({}, { nowMs: Date.parse(FROM) - 1 }), ['CHANGE_TOO_EARLY']);
});

test('a record that is not there, not open, or has no window covers nothing', () => {
  assert.deepEqual(
    flawsOfChange(null, subject).map(({ code }) => code),
    ['CHANGE_UNKNOWN'],
  );
  for (const status of ['not_approved', 'not_yet_open', 'on_hold', 'over'] as const) {
    assert.deepEqual(codes({ status }), ['CHANGE_NOT_OPEN']);
  }
  assert.deepEqual(codes({ window: null }), ['CHANGE_WITHOUT_WINDOW']);
  assert.deepEqual(codes({ window: { from: TO, to: FROM } }), ['CHANGE_WITHOUT_WINDOW']);
  assert.deepEqual(codes({ window: { from: 'soon', to: TO } }), ['CHANGE_WITHOUT_WINDOW']);
});

test('every target must be covered, and a record that names no target covers all of its accounts', () => {
  assert.deepEqual(codes({}, { targets: ['i-1', 'i-3'] }), ['CHANGE_OTHER_TARGET']);
  assert.deepEqual(codes({ targets: [] }), ['CHANGE_OTHER_TARGET']);
  assert.deepEqual(codes({ targets: null }, { targets: ['i-9'] }), []);
  assert.deepEqual(codes({ targets: null }, { targets: [] }), ['CHANGE_OTHER_TARGET']);
  assert.deepEqual(codes({}, { account: '222' }), ['CHANGE_OTHER_ACCOUNT']);
  assert.deepEqual(codes({ accounts: [] }), ['CHANGE_OTHER_ACCOUNT']);
});
