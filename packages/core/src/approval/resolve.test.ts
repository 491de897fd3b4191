import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ApprovalRequest, ValidReview } from './approval.ts';
import { resolve } from './resolve.ts';

const deadlineMs = Date.parse('2026-01-02T00:00:00.000Z');
const request: ApprovalRequest = {
  digest: 'sha256:aa',
  caseId: 'case_1',
  actionId: 'act_1',
  requirement: { roles: ['platform-approver'], quorum: 2, assurance: 'key' },
  excluded: ['proposer'],
  requestedAt: '2026-01-01T00:00:00.000Z',
  deadlineAt: new Date(deadlineMs).toISOString(),
};
const review = (personId: string, more: Partial<ValidReview> = {}): ValidReview => ({
  personId,
  verdict: 'approve',
  roles: ['platform-approver'],
  assurance: 'key',
  comment: '',
  recordedAtMs: deadlineMs - 1000,
  ...more,
});
const early = deadlineMs - 1;

test('two people approve', () => {
  const reviews = [review('ana'), review('ben')];
  assert.deepEqual(resolve(request, reviews, early), { type: 'approved', by: ['ana', 'ben'] });
});

test('one person who reviews twice is one person', () => {
  const reviews = [review('ana'), review('ana', { assurance: 'passkey' })];
  assert.deepEqual(resolve(request, reviews, early), { type: 'pending', approvalsMissing: 1 });
});

test('the excluded, the unqualified and the weakly signed do not count', () => {
  const reviews = [
    review('ana'),
    review('proposer'),
    review('eve', { roles: ['reader'] }),
    review('joe', { assurance: 'chat' }),
  ];
  assert.deepEqual(resolve(request, reviews, early), { type: 'pending', approvalsMissing: 1 });
});

test('one eligible denial decides, an ineligible one does not', () => {
  const deny = { verdict: 'deny', comment: 'no', recordedAtMs: deadlineMs - 2000 } as const;
  assert.deepEqual(resolve(request, [review('ana'), review('ben', deny)], early), {
    type: 'denied',
    by: 'ben',
    reason: 'no',
  });
  const byProposer = [review('ana'), review('ben'), review('proposer', deny)];
  assert.equal(resolve(request, byProposer, early).type, 'approved');
});

test('the first resolution is final: a denial after the quorum changes nothing', () => {
  const late = review('cy', { verdict: 'deny', comment: 'wait', recordedAtMs: deadlineMs - 10 });
  assert.equal(resolve(request, [late, review('ana'), review('ben')], early).type, 'approved');
});

test('a review at the deadline is too late, one a millisecond before is not', () => {
  const at = [review('ana'), review('ben', { recordedAtMs: deadlineMs })];
  const before = [review('ana'), review('ben', { recordedAtMs: deadlineMs - 1 })];
  assert.deepEqual(resolve(request, at, deadlineMs), { type: 'expired' });
  assert.equal(resolve(request, before, deadlineMs).type, 'approved');
});

test('silence is pending until the deadline and no at the deadline', () => {
  assert.deepEqual(resolve(request, [], deadlineMs - 1), { type: 'pending', approvalsMissing: 2 });
  assert.deepEqual(resolve(request, [], deadlineMs), { type: 'expired' });
});

test('a request without quorum or without deadline is a bug, not an approval', () => {
  const quorumZero = { ...request, requirement: { ...request.requirement, quorum: 0 } };
  assert.throws(() => resolve(quorumZero, [], early), /at least one reviewer/);
  assert.throws(() => resolve({ ...request, deadlineAt: 'soon' }, [], early), /deadline/);
});

test('the order in which reviews are read never changes the verdict', () => {
  const arbitrary = fc.record({
    personId: fc.constantFrom('ana', 'ben', 'cy', 'proposer'),
    verdict: fc.constantFrom('approve' as const, 'deny' as const),
    roles: fc.constantFrom(['platform-approver'], ['reader']),
    assurance: fc.constantFrom('chat' as const, 'key' as const),
    comment: fc.constant(''),
  });
  fc.assert(
    fc.property(fc.array(arbitrary, { maxLength: 6 }), fc.integer(), (drafts, seed) => {
      const reviews = drafts.map((draft, index) => ({ ...draft, recordedAtMs: index }));
      const shuffled = reviews.toSorted(
        (a, b) => ((a.recordedAtMs * 7 + seed) % 5) - ((b.recordedAtMs * 7 + seed) % 5),
      );
      assert.deepEqual(resolve(request, shuffled, early), resolve(request, reviews, early));
    }),
  );
});
