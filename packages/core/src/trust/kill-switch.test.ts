import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killState } from './kill-switch.ts';

const kill = (killId: string) => ({
  killId,
  by: 'ana',
  reason: 'drill',
  at: '2026-01-01T00:00:00Z',
});

test('without a kill the switch is off', () => {
  assert.deepEqual(killState([], new Set()), { status: 'off' });
});

test('lifting one of two kills leaves the other engaged', () => {
  const state = killState([kill('k1'), kill('k2')], new Set(['k1']));
  assert.deepEqual(state, { status: 'engaged', kills: [kill('k2')] });
});

test('a lift of something else lifts nothing', () => {
  assert.equal(killState([kill('k1')], new Set(['k9'])).status, 'engaged');
  assert.equal(killState([kill('k1')], new Set(['k1'])).status, 'off');
});
