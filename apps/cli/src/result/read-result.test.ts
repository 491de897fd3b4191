import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ActionStatus, CaseState } from '@counterfoil/core';
import { logPosition } from './main-job-result.ts';
import { isAtRest } from './read-result.ts';

const stateOf = (status: CaseState['status'], actions: readonly ActionStatus[]) =>
  ({ status, actions: actions.map((action) => ({ status: action })) }) as unknown as CaseState;

test('a case rests when it has ended or only waits for people', () => {
  const resting = [
    stateOf('closed', ['confirmed']),
    stateOf('halted', ['executing']),
    stateOf('awaiting_approval', ['awaiting_approval', 'denied']),
  ];
  for (const state of resting) assert.equal(isAtRest(state, 'off'), true);
});

test('a case moves while anything of it is decided, executed or about to be closed', () => {
  const moving = [
    stateOf('investigating', []),
    stateOf('awaiting_approval', ['awaiting_approval', 'proposed']),
    stateOf('executing', ['approved']),
    stateOf('executing', ['executing']),
    stateOf('verifying', ['confirmed']),
  ];
  for (const state of moving) assert.equal(isAtRest(state, 'off'), false, state.status);
});

test('while the kill switch is engaged an approved action waits, and one that runs does not', () => {
  assert.equal(isAtRest(stateOf('executing', ['approved', 'awaiting_approval']), 'engaged'), true);
  assert.equal(isAtRest(stateOf('executing', ['executing']), 'engaged'), false);
});

test('size and root hash are read off a checkpoint, and no checkpoint is an empty log', () => {
  assert.deepEqual(logPosition('origin\n92\nabc=\n\n— key sig\n'), { size: 92, rootHash: 'abc=' });
  assert.deepEqual(logPosition(null), { size: 0, rootHash: null });
});
