import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import type { Digest, ReviewStatement } from '@counterfoil/core';
import { parseTrust, readPrivateKey, signReview } from '@counterfoil/guard';
import {
  approveByDigest,
  denyByDigest,
  engageKill,
  enrolByLink,
  liftKill,
} from '../apps/server/test/browser/console-acts.ts';
import {
  findChromium,
  launchConsoleBrowser,
  type ConsoleBrowser,
  type ConsoleWindow,
} from '../apps/server/test/browser/console-browser.ts';
import { openApiClient } from '../apps/server/test/support/api-client.ts';
import { Installation, waitFor } from './harness/installation.ts';
import type { Proposal } from './harness/main-job.ts';
import { effectCount, outsideWorld } from './harness/outside-world.ts';
import { proposalsOf, statusOf, waitUntilSettled } from './harness/proposals.ts';

const chromium = findChromium();
const options = chromium === null ? { skip: 'needs Chromium' } : {};

let installation: Installation;
let browser: ConsoleBrowser;
let window: ConsoleWindow;
let address: URL;
let proposals: readonly Proposal[];

before(async () => {
  if (chromium === null) return;
  installation = await Installation.create('approvals:\n  ttl: 2m\n');
  address = await installation.up();
  browser = await launchConsoleBrowser(chromium);
  window = await browser.open();
  proposals = await proposalsOf(installation);
});

after(async () => {
  await browser?.close();
  await installation?.[Symbol.asyncDispose]();
});

const byKind = (kind: string, index = 0): Proposal => {
  const found = proposals.filter((it) => it.kind === kind)[index];
  assert.ok(found, `no ${kind}`);
  return found;
};

test(
  'a passkey approval in the browser leads to exactly one verified effect',
  options,
  async () => {
    await enrolByLink(window, address.href);
    const stop = byKind('aws.ec2.stop_instances');
    await approveByDigest(window, address.origin, stop.digest);
    await waitUntilSettled(installation, [stop]);
    assert.equal(await statusOf(installation, stop), 'confirmed');
    const world = await outsideWorld(installation);
    assert.equal(world.stopCalls.length, 1);
    assert.match(world.stopCalls[0]?.sourceIdentity ?? '', /^[A-Za-z0-9_-]{8,64}$/);
    assert.equal(effectCount(world), 1);
  },
);

test('a denial in the browser leads to no effect', options, async () => {
  const before = effectCount(await outsideWorld(installation));
  const ticket = byKind('jira.create_issue');
  await denyByDigest(window, address.origin, { digest: ticket.digest, comment: 'known already' });
  await waitUntilSettled(installation, [ticket]);
  assert.equal(await statusOf(installation, ticket), 'denied');
  assert.equal(effectCount(await outsideWorld(installation)), before);
});

test(
  'a key held by the browser approves on the demo, and the message arrives once',
  options,
  async () => {
    const other = await browser.open();
    const before = (await outsideWorld(installation)).messages.length;
    const post = byKind('slack.post_message');
    await enrolByLink(other, address.href, 'browser_key');
    await approveByDigest(other, address.origin, post.digest);
    await waitUntilSettled(installation, [post]);
    assert.equal(await statusOf(installation, post), 'confirmed');
    assert.equal((await outsideWorld(installation)).messages.length, before + 1);
    await other.close();
  },
);

test('bytes that were changed on the way offer no button in the browser', options, async () => {
  const post = byKind('slack.post_message', 1);
  const other = await browser.open();
  await other.page.route('**/api/approvals/sha256*', async (route) => {
    const reply = await route.fetch();
    await route.fulfill({
      response: reply,
      body: (await reply.text()).replace(/C0FINOPS/g, 'C0EVIL99'),
    });
  });
  await other.page.goto(`${address.origin}/approvals/${post.digest}`);
  await other.page.getByText('do not have the digest').waitFor();
  assert.equal(await other.page.getByRole('button', { name: 'Approve and sign' }).count(), 0);
  await other.close();
});

test('an approval of other bytes is refused, logged, and has no effect', options, async () => {
  const [signed, target] = [byKind('slack.post_message', 1), byKind('slack.post_message', 2)];
  const before = effectCount(await outsideWorld(installation));
  const api = await openApiClient(Number(address.port));
  const review = await operatorReview(signed.digest as Digest);
  const moved = await api.post(`/api/approvals/${target.digest}/reviews`, review);
  assert.ok(moved.status >= 400 && moved.status < 500, JSON.stringify(moved));
  const rewritten = {
    ...review,
    statement: { ...review.statement, digest: target.digest as Digest },
  };
  const forged = await api.post(`/api/approvals/${target.digest}/reviews`, rewritten);
  assert.ok(forged.status >= 400 && forged.status < 500, JSON.stringify(forged));
  await sleep(2_000);
  const { stdout } = await installation.run(['log', 'show', '--json']);
  assert.match(stdout, /review_refused/);
  assert.equal(await statusOf(installation, target), 'awaiting_approval');
  assert.equal(effectCount(await outsideWorld(installation)), before);
});

test('one click stops everything and a signature lifts it', options, async () => {
  await window.page.goto(address.origin);
  await engageKill(window);
  assert.match((await installation.run(['kill', 'status', '--json'])).stdout, /engaged/);
  await liftKill(window, 'drill over');
  await waitFor(
    async () => /"off"/.test((await installation.run(['kill', 'status', '--json'])).stdout),
    { what: 'the lift' },
  );
});

test('what nobody answers expires, and leads to no effect', options, async () => {
  const silent = proposals.filter(
    (it) =>
      ![byKind('aws.ec2.stop_instances'), byKind('jira.create_issue'), byKind('slack.post_message')]
        .map(({ digest }) => digest)
        .includes(it.digest),
  );
  const before = effectCount(await outsideWorld(installation));
  await waitUntilSettled(installation, silent, 150_000);
  const now = await proposalsOf(installation);
  for (const { digest } of silent) {
    assert.equal(now.find((it) => it.digest === digest)?.status, 'expired');
  }
  assert.equal(effectCount(await outsideWorld(installation)), before);
});

test('the console saw no error and no breach of its content policy', options, () => {
  assert.deepEqual(window.errors, []);
});

/** A review as the operator would sign it in the terminal. */
async function operatorReview(digest: Digest) {
  const read = (...path: string[]) => readFile(join(installation.state, ...path), 'utf8');
  const [operator] = parseTrust(await read('trust.json')).approvers;
  const keyId = operator?.keys[0]?.keyId ?? '';
  const statement: ReviewStatement = {
    v: 1,
    digest,
    verdict: 'approve',
    personId: operator?.personId ?? '',
    keyId,
    reviewedAt: new Date().toISOString(),
    comment: '',
  };
  return signReview(statement, readPrivateKey(await read('keys', 'operator.pem')));
}
