import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action, ActionBinding, Digest } from '../proposal/action.ts';
import type { Signal } from '../signal/signal.ts';
import type { CaseEvent, RecordedEvent } from './case-event.ts';
import { actionOf } from './case-state.ts';
import { fold } from './fold.ts';

const digest: Digest = 'sha256:01';
const other: Digest = 'sha256:02';
const at = '2026-01-01T00:00:00.000Z';
const actionWith = (value: Digest): Action => ({
  binding: {} as ActionBinding,
  bindingText: '{}',
  digest: value,
});
const request = {
  digest,
  caseId: 'case_1',
  actionId: 'act_1',
  requirement: { roles: ['a'], quorum: 1, assurance: 'key' },
  excluded: [],
  requestedAt: at,
  deadlineAt: at,
} as const;
const decision = { decisionId: 'd', policyIds: ['p'], policyBundleSha256: 'b' } as const;
const grant = {
  digest,
  approvedBy: ['ana'],
  policyIds: ['p'],
  grantedAt: at,
  expiresAt: at,
  approvalLogIndexes: [3],
};

const opened: CaseEvent = { type: 'case_opened', signal: {} as Signal };
const concluded: CaseEvent = {
  type: 'conclusion_reached',
  conclusion: {
    causeId: 'unexplained',
    summary: '',
    rootCauses: [],
    evidence: [],
    observations: [],
    completeness: { complete: true, gaps: [] },
  },
};
const proposed: CaseEvent = {
  type: 'proposal_made',
  proposal: { caseId: 'case_1', actions: [actionWith(digest), actionWith(other)], withheld: [] },
};
const denyOther: CaseEvent = {
  type: 'policy_decided',
  digest: other,
  decision: { ...decision, type: 'deny', reason: 'no rule permits it' },
};
const asked: readonly CaseEvent[] = [
  {
    type: 'policy_decided',
    digest,
    decision: { ...decision, type: 'require_approval', requirement: request.requirement },
  },
  { type: 'approval_requested', request },
];

const record = (events: readonly CaseEvent[]): readonly RecordedEvent[] =>
  events.map((event, index) => ({ sequence: index + 1, at, actor: 'cf_agent', event }));
const statusAfter = (...events: readonly CaseEvent[]) =>
  fold('case_1', record([opened, concluded, proposed, denyOther, ...events])).status;

test('a case walks from signal to verification as its events tell', () => {
  assert.equal(fold('case_1', record([opened])).status, 'investigating');
  assert.equal(fold('case_1', record([opened, concluded])).status, 'proposing');
  assert.equal(fold('case_1', record([opened, concluded, proposed])).status, 'deciding');
  assert.equal(statusAfter(...asked), 'awaiting_approval');
  const approved: CaseEvent = {
    type: 'approval_resolved',
    digest,
    resolution: { type: 'approved', by: ['ana'] },
  };
  assert.equal(statusAfter(...asked, approved), 'executing');
  const intended: CaseEvent = { type: 'effect_intended', digest, grant, idempotencyKey: 'k' };
  assert.equal(statusAfter(...asked, approved, intended), 'executing');
  const performed: CaseEvent = {
    type: 'effect_performed',
    digest,
    effect: { reference: 'r', facts: {} },
    reconciled: false,
  };
  assert.equal(statusAfter(...asked, approved, intended, performed), 'verifying');
  const verified: CaseEvent = {
    type: 'effect_verified',
    digest,
    verification: { status: 'confirmed', note: '', facts: {} },
  };
  const closed: CaseEvent = { type: 'case_closed', reason: 'done' };
  assert.equal(statusAfter(...asked, approved, intended, performed, verified, closed), 'closed');
});

test('a denied and an expired action are settled and the case can close', () => {
  for (const resolution of [
    { type: 'denied', by: 'ana', reason: 'no' },
    { type: 'expired' },
  ] as const) {
    const events = record([
      opened,
      concluded,
      proposed,
      denyOther,
      ...asked,
      { type: 'approval_resolved', digest, resolution },
    ]);
    const state = fold('case_1', events);
    assert.equal(actionOf(state, digest)?.status, resolution.type);
    assert.equal(actionOf(state, other)?.status, 'refused');
    assert.equal(state.status, 'verifying');
  }
});

test('a journal with a gap, without a beginning or about an unknown action is a bug', () => {
  assert.throws(() => fold('case_1', []), /empty journal/);
  assert.throws(() => fold('case_1', record([concluded])), /must begin with case_opened/);
  assert.throws(() => fold('case_1', record([opened, opened])), /opened twice/);
  assert.throws(() => fold('case_1', record([opened, ...asked])), /no action sha256:01/);
  const [first, second] = record([opened, concluded]);
  assert.ok(first && second);
  assert.throws(() => fold('case_1', [first, { ...second, sequence: 3 }]), /follows version 1/);
});
