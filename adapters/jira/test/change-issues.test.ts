import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { PermissionError, type ChangeRecord, type JsonObject } from '@counterfoil/core';
import { testChangeRecordsContract } from '@counterfoil/testkit';
import { createJiraClient, jiraChanges, type JiraChangeSettings } from '../src/index.ts';

const settings: JiraChangeSettings = {
  ...{ projectKey: 'CHG', openStatuses: ['Implementing'] },
  ...{ fromField: 'customfield_10051', toField: 'customfield_10052' },
  ...{ accountsField: 'labels', targetsField: 'customfield_10053', riskField: 'customfield_10054' },
};
const status = (name: string, category: string): JsonObject => ({
  ...{ name, id: '3', statusCategory: { id: 4, key: category, name: category } },
});
const FIELDS: JsonObject = {
  status: status('Implementing', 'indeterminate'),
  ...{ customfield_10051: '2026-03-01T10:00:00.000+0000' },
  ...{ customfield_10052: '2026-03-01T14:00:00.000+0200' },
  ...{ labels: ['111111111111', '222222222222'], customfield_10053: 'i-1, i-2' },
  customfield_10054: { value: 'Medium' },
};
const OPEN: ChangeRecord = {
  ...{ changeId: 'CHG-7', status: 'open', statusText: 'Implementing', risk: 'moderate' },
  window: { from: '2026-03-01T10:00:00.000Z', to: '2026-03-01T12:00:00.000Z' },
  ...{ accounts: ['111111111111', '222222222222'], targets: ['i-1', 'i-2'] },
};

/** Answers `GET /rest/api/3/issue/{key}` as Jira Cloud does, through the real client. */
async function standIn(answer: { readonly httpStatus?: number; readonly key?: string } = {}) {
  let fields = FIELDS;
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    const { pathname } = new URL(request.url ?? '', 'http://stand-in');
    const isFound = pathname === '/rest/api/3/issue/CHG-7';
    const httpStatus = answer.httpStatus ?? (isFound ? 200 : 404);
    response.writeHead(httpStatus, { 'content-type': 'application/json' });
    const errors = { errorMessages: ['Issue does not exist'], errors: {} };
    const issue = { id: '10007', key: answer.key ?? 'CHG-7', self: 'http://stand-in/1', fields };
    response.end(JSON.stringify(httpStatus === 200 ? issue : errors));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = createJiraClient({
    ...{ host: `http://127.0.0.1:${port}`, email: 'a@example.com', apiToken: 't' },
  });
  return {
    records: jiraChanges(client, settings),
    requests: () => requests,
    change: (change: JsonObject) => void (fields = { ...FIELDS, ...change }),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

testChangeRecordsContract('Jira Service Management', async () => {
  const [world, broken] = [await standIn(), await standIn({ httpStatus: 503 })];
  return {
    records: world.records,
    failing: broken.records,
    open: OPEN,
    unknownId: 'CHG-8',
    requests: world.requests,
    finish: async () => world.change({ status: status('Closed', 'done') }),
    close: async () => {
      await world.close();
      await broken.close();
    },
  };
});

test('only a named status is open, and an issue of another project or under another key is no record', async () => {
  const world = await standIn();
  const statusWith = async (name: string, category: string) => {
    world.change({ status: status(name, category) });
    return (await world.records.find('CHG-7'))?.status;
  };
  assert.equal(await statusWith('Implementing', 'done'), 'over');
  assert.equal(await statusWith('Planning', 'new'), 'not_approved');
  assert.equal(await statusWith('Awaiting implementation', 'indeterminate'), 'not_yet_open');
  world.change({ status: null, customfield_10051: '2026-03-01', labels: null });
  const bare = await world.records.find('CHG-7');
  assert.deepEqual([bare?.status, bare?.window, bare?.accounts], ['not_yet_open', null, []]);
  assert.equal(await world.records.find('FIN-7'), null);
  await world.close();
  const moved = await standIn({ key: 'FIN-1' });
  assert.equal(await moved.records.find('CHG-7'), null);
  await moved.close();
});

test('a reading that Jira denies is an error, not a missing record', async () => {
  const denying = await standIn({ httpStatus: 403 });
  await assert.rejects(denying.records.find('CHG-7'), PermissionError);
  await denying.close();
});
