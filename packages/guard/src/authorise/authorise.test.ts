import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApprovalEvidence, JsonObject, PolicyDecision, SignedReview } from '@counterfoil/core';
import { bindAction } from '../binding/bind.ts';
import {
  asksFor,
  at,
  BUNDLE_SHA256,
  MemoryLog,
  requestFor,
  reviewBy,
  reviewByPasskey,
  START_MS,
  testBinding,
  testTrust,
} from '../testing/world.ts';
import { baseRegistry } from '../trust/registry.ts';
import { authorise, REFUSAL_CODES, type AuthoriseInput } from './authorise.ts';

const people = testTrust();
const { ana, anaToo, cleo, dora } = people;
const registry = baseRegistry(people.trust);
const action = bindAction(testBinding());
const NOW_MS = START_MS + 60_000;
const off = { status: 'off' } as const;

function allowed(): PolicyDecision {
  const { decisionId, policyIds, policyBundleSha256 } = asksFor();
  return { type: 'allow', decisionId, policyIds, policyBundleSha256 };
}

/** Everything in order: ana's review, logged and recorded, policy content with it. */
function input(
  change: Partial<AuthoriseInput> = {},
  reviews: readonly SignedReview[] = [reviewBy(ana, action)],
  decision = asksFor(),
): AuthoriseInput {
  const log = new MemoryLog(people);
  for (const review of reviews) log.review(review);
  return {
    bindingText: action.bindingText,
    digest: action.digest,
    tenant: 'acme',
    policyBundleSha256: BUNDLE_SHA256,
    decide: (approval) => (approval ? allowed() : decision),
    request: requestFor(action, decision),
    reviews: reviews.map((review, index) => ({
      review,
      recordedAtMs: START_MS + index * 1000,
      leafId: String(index),
    })),
    reviewLeaves: log.entries,
    registry,
    authors: [],
    killState: off,
    nowMs: NOW_MS,
    grantTtlMs: 600_000,
    ...change,
  };
}
const codeOf = (given: AuthoriseInput): string => {
  const outcome = authorise(given);
  return outcome.type === 'refused' ? outcome.code : outcome.type;
};

test('an approved action is granted to its approvers, for the time that was asked', () => {
  const outcome = authorise(input());
  assert.deepEqual(outcome, {
    type: 'granted',
    grant: {
      digest: action.digest,
      approvedBy: ['ana'],
      policyIds: ['cloud-change'],
      grantedAt: at(60),
      expiresAt: at(660),
      approvalLogIndexes: [0],
    },
  });
});

test('what policy allows needs no people, and a grant does not outlive the proposal', () => {
  const bound = bindAction(testBinding({ expiresAt: at(61) }));
  const { bindingText, digest } = bound;
  const outcome = authorise(
    input({ bindingText, digest, decide: allowed, request: null, reviews: [], reviewLeaves: [] }),
  );
  assert.equal(outcome.type === 'granted' && outcome.grant.expiresAt, at(61));
  assert.deepEqual(outcome.type === 'granted' && outcome.grant.approvedBy, []);
});

test('the gate is asked without evidence first, and then with the people and the weakest key that counted', () => {
  const asked: (ApprovalEvidence | undefined)[] = [];
  const decision = asksFor({ quorum: 2 });
  const reviews = [reviewBy(ana, action), reviewByPasskey(people, action)];
  const decide = (approval?: ApprovalEvidence): PolicyDecision => {
    asked.push(approval);
    return approval ? allowed() : decision;
  };
  assert.equal(codeOf(input({ decide }, reviews, decision)), 'granted');
  assert.deepEqual(asked, [undefined, { people: 2, assurance: 'key' }]);
});

test('each refusal has its code', () => {
  const kill = { killId: 'k', by: 'cf_server', reason: 'stop', at: at(0) };
  const changed = action.bindingText.replace('i-0abc', 'i-0abd');
  const deny = { ...asksFor(), type: 'deny', reason: 'no rule' } as const;
  const denial = [reviewBy(ana, action, { verdict: 'deny' })];
  const cases: readonly (readonly [string, AuthoriseInput])[] = [
    ['KILLED', input({ killState: { status: 'engaged', kills: [kill] } })],
    ['DIGEST_MISMATCH', input({ bindingText: changed })],
    ['TENANT_MISMATCH', input({ tenant: 'other' })],
    ['BINDING_EXPIRED', input({ nowMs: Date.parse(at(3600)) })],
    ['POLICY_BUNDLE_CHANGED', input({ policyBundleSha256: 'd'.repeat(64) })],
    ['POLICY_DENIED', input({ decide: () => deny })],
    ['REQUEST_MISSING', input({ request: null })],
    ['REQUEST_MISMATCH', input({ request: requestFor(action, asksFor({ roles: ['other'] })) })],
    ['APPROVAL_DENIED', input({}, denial)],
    ['APPROVAL_EXPIRED', input({ nowMs: Date.parse(at(1800)) }, [])],
    ['NOT_APPROVED', input({}, [])],
    ['NOT_LOGGED', input({ reviewLeaves: [] })],
    ['APPROVAL_INSUFFICIENT', input({ decide: () => asksFor() })],
  ];
  assert.deepEqual(
    cases.map(([, given]) => codeOf(given)),
    cases.map(([code]) => code),
  );
  assert.deepEqual(
    cases.map(([code]) => code),
    [...REFUSAL_CODES],
  );
});

test('the earlier refusal is the answer where several apply', () => {
  const kill = { killId: 'k', by: 'cf_server', reason: 'stop', at: at(0) };
  const everything = input({
    killState: { status: 'engaged', kills: [kill] },
    bindingText: '{}',
    nowMs: Date.parse(at(9999)),
    request: null,
  });
  assert.equal(codeOf(everything), 'KILLED');
  assert.equal(codeOf({ ...everything, killState: off }), 'DIGEST_MISMATCH');
  const late = { ...everything, killState: off, bindingText: action.bindingText };
  assert.equal(codeOf(late), 'BINDING_EXPIRED');
});

test('both sides of the end of the proposal, and approval that came before the deadline stays', () => {
  assert.equal(codeOf(input({ nowMs: Date.parse(at(3600)) - 1 })), 'granted');
  assert.equal(codeOf(input({ nowMs: Date.parse(at(1800)) })), 'granted');
});

test('self-approval, one person with two keys, and a person without the role do not approve', () => {
  const { request } = input();
  assert.ok(request);
  const forgetful = { ...request, excluded: [] };
  assert.equal(codeOf(input({ request: forgetful }, [reviewBy(dora, action)])), 'NOT_APPROVED');
  const both = [reviewBy(ana, action), reviewBy(anaToo, action)];
  assert.equal(codeOf(input({}, both, asksFor({ quorum: 2 }))), 'NOT_APPROVED');
  assert.equal(codeOf(input({}, both)), 'granted');
  assert.equal(codeOf(input({}, [reviewBy(cleo, action)])), 'NOT_APPROVED');
  assert.equal(codeOf(input({}, undefined, asksFor({ assurance: 'passkey' }))), 'NOT_APPROVED');
});

test('a review of another digest is no review of this one', () => {
  const other = bindAction(testBinding({ nonce: 'nonce_2' }));
  assert.equal(codeOf(input({}, [reviewBy(ana, other)])), 'NOT_APPROVED');
});

test('leaves that commit to another review, or were erased, prove nothing', () => {
  const good = input();
  const [leaf] = good.reviewLeaves;
  assert.ok(leaf);
  const erased = { ...leaf, salt: null, payloadText: null };
  assert.equal(codeOf({ ...good, reviewLeaves: [erased] }), 'NOT_LOGGED');
  const other = bindAction(testBinding({ nonce: 'nonce_2' }));
  const { reviewLeaves } = input({}, [reviewBy(ana, other)]);
  assert.equal(codeOf({ ...good, reviewLeaves }), 'NOT_LOGGED');
  const forged = { ...leaf, payloadText: leaf.payloadText!.replace('agreed', 'agreeD') };
  assert.throws(() => authorise({ ...good, reviewLeaves: [forged] }), { code: 'PAYLOAD_MISMATCH' });
});

test('the time of the log entry decides against the deadline, not what the database says', () => {
  const log = new MemoryLog(people);
  log.review(reviewBy(ana, action), at(1800));
  assert.equal(
    codeOf(input({ reviewLeaves: log.entries, nowMs: Date.parse(at(1801)) })),
    'NOT_LOGGED',
  );
});

test('a denial that is in the log counts even where the database hides it', () => {
  const log = new MemoryLog(people);
  log.review(reviewBy(ana, action, { verdict: 'deny' }));
  log.review(reviewBy(ana, action));
  assert.equal(codeOf(input({ reviewLeaves: log.entries })), 'NOT_LOGGED');
});

test('an answer to the evidence by another bundle does not suffice', () => {
  const other = { ...allowed(), policyBundleSha256: 'd'.repeat(64) };
  const decide = (approval?: ApprovalEvidence) => (approval ? other : asksFor());
  assert.equal(codeOf(input({ decide })), 'APPROVAL_INSUFFICIENT');
});

test('a key too weak for the request does not weaken the evidence of a person who also used a strong one', () => {
  const ben = people.trust.approvers.find(({ personId }) => personId === 'ben');
  const anaKey = registry.keys.get(ana.keyId)?.key;
  assert.ok(ben && anaKey);
  const both = {
    ...registry,
    keys: new Map(registry.keys).set(ana.keyId, { person: ben, key: anaKey }),
  };
  const reviews = [reviewBy({ ...ana, personId: 'ben' }, action), reviewByPasskey(people, action)];
  const decision = asksFor({ assurance: 'passkey' });
  const asked: (ApprovalEvidence | undefined)[] = [];
  const decide = (approval?: ApprovalEvidence): PolicyDecision => {
    asked.push(approval);
    return approval ? allowed() : decision;
  };
  assert.equal(codeOf(input({ decide, registry: both }, reviews, decision)), 'granted');
  assert.deepEqual(asked[1], { people: 1, assurance: 'passkey' });
});

test('a review inside another kind of entry is not a submitted review', () => {
  const log = new MemoryLog(people);
  const payload = JSON.parse(JSON.stringify(reviewBy(ana, action))) as JsonObject;
  log.append({ kind: 'review_refused', caseId: 'case_1', facts: {}, payload });
  assert.equal(codeOf(input({ reviewLeaves: log.entries })), 'NOT_LOGGED');
});

test('a grant of exactly 15 minutes is made, a longer one is a bug', () => {
  assert.equal(codeOf(input({ grantTtlMs: 900_000 })), 'granted');
  assert.throws(() => authorise(input({ grantTtlMs: 900_001 })), { name: 'InvariantViolation' });
  assert.throws(() => authorise(input({ grantTtlMs: 0 })), { name: 'InvariantViolation' });
});
