import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from '@hono/zod-openapi';
import { startFixtureServer } from '../../test/fixture/fixture-server.ts';
import { openApiClient } from '../../test/support/api-client.ts';
import { approvalDetailSchema, approvalSummarySchema } from '../schemas/approval.ts';
import { caseDetailSchema, caseSummarySchema } from '../schemas/case.ts';
import { pageOf } from '../schemas/common.ts';
import { dismissedSchema, ingestSchema, logSchema, sessionSchema } from '../schemas/record.ts';
import { fixtureOfFile } from '../../test/support/fixture-of-file.ts';

const fixture = fixtureOfFile();

async function read<Schema extends z.ZodType>(path: string, schema: Schema) {
  const { status, body } = await fixture.client.get(path);
  assert.equal(status, 200, path);
  return schema.parse(body);
}

test('every read answers in the documented shape', async () => {
  const cases = await read('/api/cases', pageOf(caseSummarySchema));
  assert.equal(cases.items.length, 5);
  const detail = await read(`/api/cases/${cases.items[0]?.caseId}`, caseDetailSchema);
  assert.ok(detail.journal.every(({ logIndex }) => logIndex !== null));
  const approvals = await read('/api/approvals', pageOf(approvalSummarySchema));
  assert.equal(approvals.items.length, 11);
  const digest = approvals.items[0]?.digest;
  const whole = await read(`/api/approvals/${digest}`, approvalDetailSchema);
  const short = await read(`/api/approvals/${digest?.slice(7, 19)}`, approvalDetailSchema);
  assert.deepEqual(short, whole);
  await read('/api/session', sessionSchema);
  assert.equal((await read('/api/dismissed', pageOf(dismissedSchema))).items.length, 3);
  assert.equal((await read('/api/ingests', pageOf(ingestSchema))).items.length, 1);
});

test('pages follow one another and end', async () => {
  const seen: string[] = [];
  let after = '';
  for (let pages = 0; pages < 10; pages += 1) {
    const page = await read(`/api/cases?limit=2${after}`, pageOf(caseSummarySchema));
    seen.push(...page.items.map(({ caseId }) => caseId));
    if (page.next === null) break;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
  assert.equal(seen.length, 5);
  assert.equal(new Set(seen).size, 5);
});

test('the log is read from the end without a start, and from an index with one', async () => {
  const newest = await read('/api/log?limit=3', logSchema);
  assert.deepEqual(
    newest.entries.map(({ index }) => index),
    [newest.size - 3, newest.size - 2, newest.size - 1],
  );
  const first = await read('/api/log?from=0&limit=2', logSchema);
  assert.deepEqual(
    first.entries.map(({ index }) => index),
    [0, 1],
  );
});

test('the steps of a case point to their own log entries', async () => {
  const [row] = (await fixture.server.store.cases.list({ limit: 1 })).items;
  const { journal } = await read(`/api/cases/${row?.caseId}`, caseDetailSchema);
  for (const { event, logIndex } of journal) {
    const { entries } = await read(`/api/log?from=${logIndex}&limit=1`, logSchema);
    assert.equal(entries[0]?.entry.kind, event.type);
  }
});

test('the API describes itself as OpenAPI 3.1, each route with its problems', async () => {
  const { body } = await fixture.client.get('/api/openapi.json');
  const { openapi, paths } = body as {
    openapi: string;
    paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
  };
  assert.equal(openapi, '3.1.0');
  const review = paths['/api/approvals/{digest}/reviews']?.['post'];
  assert.deepEqual(Object.keys(review?.responses ?? {}).toSorted(), [
    '200',
    '400',
    '403',
    '404',
    '409',
    '410',
    '421',
  ]);
  for (const path of ['/api/cases', '/api/log', '/api/kill', '/api/events', '/api/session']) {
    assert.ok(paths[path]?.['get'], path);
  }
});

test('outside the demonstration there is no inbox', async () => {
  const live = await startFixtureServer({ mode: 'live' });
  try {
    const { status, body } = await (await openApiClient(live.port)).get('/api/demo/inbox');
    assert.equal(status, 404);
    assert.equal((body as { code: string }).code, 'NOT_A_DEMO');
  } finally {
    await live.stop();
  }
});
