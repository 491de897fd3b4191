import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Digest } from '@counterfoil/core';
import { buildRegistry, checkReview } from '@counterfoil/guard';
import { startFixtureServer, type FixtureServer } from '../fixture/fixture-server.ts';
import {
  approveByDigest,
  denyByDigest,
  engageKill,
  enrolByLink,
  liftKill,
} from './console-acts.ts';
import {
  findChromium,
  launchConsoleBrowser,
  type ConsoleBrowser,
  type ConsoleWindow,
} from './console-browser.ts';

const chromiumPath = findChromium();
const options = chromiumPath === null ? { skip: 'needs Chromium' } : {};

let server: FixtureServer;
let browser: ConsoleBrowser;

before(async () => {
  if (chromiumPath === null) return;
  server = await startFixtureServer();
  browser = await launchConsoleBrowser(chromiumPath);
});

after(async () => {
  if (chromiumPath === null) return;
  await browser.close();
  await server.stop();
});

const linkOf = (person: 'alex.novak' | 'jo.park') =>
  `${server.url}/#enrol=${server.trust.seeds[person]}`;

async function digestOf(kind: string, index = 0): Promise<Digest> {
  const { items } = await server.store.approvals.list({ filter: 'open', limit: 50 });
  const found = items.filter(({ action }) => action.action.binding.kind === kind)[index];
  assert.ok(found);
  return found.digest;
}

async function validReviews(digest: Digest) {
  const registry = buildRegistry(server.trust.trust, await server.store.enrolments.list());
  const recorded = await server.store.reviews.read(digest);
  return recorded.map(({ review, recordedAtMs }) => checkReview(review, recordedAtMs, registry));
}

async function withWindow(run: (window: ConsoleWindow) => Promise<void>): Promise<void> {
  const window = await browser.open();
  try {
    await run(window);
  } finally {
    await window.close();
  }
}

test('a person enrols a passkey by the link, approves one action and denies another', options, () =>
  withWindow(async (window) => {
    const keyId = await enrolByLink(window, linkOf('alex.novak'));
    assert.match(keyId, /^key_[0-9a-f]{20}$/);
    const [approved, denied] = await Promise.all([
      digestOf('aws.ec2.stop_instances'),
      digestOf('slack.post_message'),
    ]);
    await approveByDigest(window, server.url, approved);
    await denyByDigest(window, server.url, { digest: denied, comment: 'not in this channel' });
    const [approval] = await validReviews(approved);
    assert.ok(approval?.type === 'valid');
    assert.equal(approval.review.verdict, 'approve');
    assert.equal(approval.review.assurance, 'passkey');
    const [denial] = await validReviews(denied);
    assert.ok(denial?.type === 'valid');
    assert.equal(denial.review.comment, 'not in this channel');
    assert.deepEqual(window.errors, []);
  }),
);

test(
  'the secret of an enrolment link leaves the address at once and reaches no server',
  options,
  () =>
    withWindow(async (window) => {
      const seed = server.trust.seeds['jo.park'];
      const sent: string[] = [];
      window.page.on('request', (request) => {
        sent.push(`${request.url()} ${request.postData() ?? ''}`);
      });
      await enrolByLink(window, linkOf('jo.park'), 'browser_key');
      assert.equal(new URL(window.page.url()).hash, '');
      assert.ok(sent.some((text) => text.includes('/api/enrolments')));
      assert.ok(sent.every((text) => !text.split('#')[0]?.includes(seed)));
    }),
);

test(
  'a key held by the browser signs, survives a reload and is offered only where it may review',
  options,
  () =>
    withWindow(async (window) => {
      await enrolByLink(window, linkOf('jo.park'), 'browser_key');
      const digest = await digestOf('jira.create_issue');
      await approveByDigest(window, server.url, digest);
      const [approval] = await validReviews(digest);
      assert.ok(approval?.type === 'valid');
      assert.deepEqual([approval.review.personId, approval.review.assurance], ['jo.park', 'key']);
      await window.page.goto(`${server.url}/approvals/${await digestOf('aws.ec2.stop_instances')}`);
      await window.page.getByText('Checked in this browser').waitFor();
      const own = window.page.locator('option', { hasText: 'Jo Park' }).first();
      assert.match(await own.innerText(), /needs the role cloud-approver/);
      assert.equal(await own.isDisabled(), true);
    }),
);

test('bytes without the digest are never shown as the action and offer no button', options, () =>
  withWindow(async (window) => {
    const digest = await digestOf('jira.create_issue', 1);
    await window.page.route('**/api/approvals/sha256*', async (route) => {
      const answer = await route.fetch();
      const text = (await answer.text()).replaceAll('FINOPS', 'HACKED');
      await route.fulfill({ response: answer, body: text });
    });
    await window.page.goto(`${server.url}/approvals/${digest}`);
    await window.page.getByText('DIGEST_MISMATCH').waitFor();
    assert.equal(await window.page.getByRole('button', { name: /sign/ }).count(), 0);
    assert.equal(await window.page.locator('.cheque').count(), 0);
  }),
);

test('one click stops everything and only a signed act lifts it', options, () =>
  withWindow(async (window) => {
    await enrolByLink(window, linkOf('alex.novak'), 'browser_key');
    await window.page.goto(server.url);
    await engageKill(window);
    const [recorded] = await server.store.kills.read();
    assert.equal(recorded?.lift, null);
    await liftKill(window, 'a false alarm');
    const [lifted] = await server.store.kills.read();
    assert.ok(lifted?.lift);
  }),
);

test('what changes elsewhere shows without a reload', options, () =>
  withWindow(async (window) => {
    await window.page.goto(server.url);
    await window.page.getByText('Live', { exact: true }).waitFor();
    await server.store.kills.engage('from the terminal');
    await window.page.getByText('from the terminal').waitFor();
  }),
);
