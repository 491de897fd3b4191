import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { generateKeyPairSync } from 'node:crypto';
import { signReview } from '@counterfoil/guard';
import type { ApprovalRow } from '@counterfoil/store';
import { startFixtureServer } from '../../test/fixture/fixture-server.ts';
import { openApiClient } from '../../test/support/api-client.ts';
import { fixtureOfFile } from '../../test/support/fixture-of-file.ts';
import { signedReview } from '../../test/support/signed.ts';

let rows: readonly ApprovalRow[];

const fixture = fixtureOfFile({}, async ({ server }) => {
  ({ items: rows } = await server.store.approvals.list({ filter: 'open', limit: 50 }));
});

afterEach(() => fixture.server.store.refusals.splice(0));

const row = (index: number): ApprovalRow => {
  const found = rows[index];
  assert.ok(found);
  return found;
};
const post = (digest: string, review: unknown) =>
  fixture.client.post(`/api/approvals/${digest}/reviews`, review);

test('a review signed by an eligible person is recorded', async () => {
  const { digest } = row(0);
  const answer = await post(digest, signedReview(fixture.server, digest));
  assert.equal(answer.status, 200);
  const [recorded] = await fixture.server.store.reviews.read(digest);
  assert.equal(recorded?.review.statement.personId, 'maria.silva');
  assert.deepEqual(fixture.server.store.refusals, []);
});

test('the same review twice is taken once as new and once as known, another one of the same person is refused', async () => {
  const { digest } = row(1);
  const review = signedReview(fixture.server, digest);
  assert.equal((await post(digest, review)).status, 200);
  assert.equal((await post(digest, review)).status, 200);
  const again = await post(digest, signedReview(fixture.server, digest, { comment: 'again' }));
  assert.deepEqual([again.status, again.code], [409, 'ALREADY_REVIEWED']);
});

test('a review of another digest is refused and logged', async () => {
  const answer = await post(row(2).digest, signedReview(fixture.server, row(3).digest));
  assert.deepEqual([answer.status, answer.code], [409, 'DIGEST_MISMATCH']);
  assert.deepEqual(fixture.server.store.refusals, ['DIGEST_MISMATCH']);
  assert.deepEqual(await fixture.server.store.reviews.read(row(2).digest), []);
  assert.deepEqual(await fixture.server.store.reviews.read(row(3).digest), []);
});

test('a statement that was changed after it was signed is refused and logged', async () => {
  const { digest } = row(2);
  const review = signedReview(fixture.server, digest, { verdict: 'deny', comment: 'no' });
  const forged = { ...review, statement: { ...review.statement, verdict: 'approve' } };
  const answer = await post(digest, forged);
  assert.deepEqual([answer.status, answer.code], [403, 'SIGNATURE_INVALID']);
  assert.deepEqual(fixture.server.store.refusals, ['SIGNATURE_INVALID']);
});

test('a key that nobody enrolled is refused, also under the name of an approver', async () => {
  const { digest } = row(2);
  const { privateKey } = generateKeyPairSync('ed25519');
  const { statement } = signedReview(fixture.server, digest);
  const unknown = await post(digest, signReview({ ...statement, keyId: 'key_mine' }, privateKey));
  assert.equal(unknown.code, 'KEY_UNKNOWN');
  const borrowed = await post(digest, signReview(statement, privateKey));
  assert.equal(borrowed.code, 'SIGNATURE_INVALID');
  const renamed = await post(digest, signedReview(fixture.server, digest, { personId: 'jo.park' }));
  assert.equal(renamed.code, 'PERSON_MISMATCH');
  assert.deepEqual(await fixture.server.store.reviews.read(digest), []);
});

test('a denial without a reason is refused, with one it is recorded', async () => {
  const { digest } = row(4);
  const silent = await post(
    digest,
    signedReview(fixture.server, digest, { verdict: 'deny', comment: ' ' }),
  );
  assert.deepEqual([silent.status, silent.code], [400, 'COMMENT_REQUIRED']);
  const review = signedReview(fixture.server, digest, {
    verdict: 'deny',
    comment: 'not during the sale',
  });
  assert.equal((await post(digest, review)).status, 200);
});

test('a malformed review of a known request is refused and logged', async () => {
  const { digest } = row(2);
  const answer = await post(digest, { ...signedReview(fixture.server, digest), approved: true });
  assert.deepEqual([answer.status, answer.code], [400, 'REVIEW_MALFORMED']);
  assert.deepEqual(fixture.server.store.refusals, ['REVIEW_MALFORMED']);
});

test('a review of an unknown request is not logged: there is nothing it belongs to', async () => {
  const digest = `sha256:${'0'.repeat(64)}` as const;
  const answer = await post(digest, signedReview(fixture.server, digest));
  assert.deepEqual([answer.status, answer.code], [404, 'APPROVAL_UNKNOWN']);
  assert.deepEqual(fixture.server.store.refusals, []);
});

test('a review at the deadline comes too late', async () => {
  const old = await startFixtureServer({ ageMs: 86_400_000 });
  try {
    const { items } = await old.store.approvals.list({ filter: 'all', limit: 1 });
    const digest = items[0]?.digest;
    assert.ok(digest);
    const late = await openApiClient(old.port);
    const answer = await late.post(`/api/approvals/${digest}/reviews`, signedReview(old, digest));
    assert.deepEqual([answer.status, answer.code], [410, 'APPROVAL_EXPIRED']);
    assert.deepEqual(old.store.refusals, ['APPROVAL_EXPIRED']);
  } finally {
    await old.stop();
  }
});
