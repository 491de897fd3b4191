import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { PermissionError, UpstreamError, type ChangeRecord } from '@counterfoil/core';
import { testChangeRecordsContract } from '@counterfoil/testkit';
import { serviceNowChanges } from '../src/index.ts';

/** A row as the Table API answers with `sysparm_display_value=false`: every scalar is text. */
const ROW: Readonly<Record<string, string>> = {
  ...{ number: 'CHG0031889', state: '-1', approval: 'approved', on_hold: 'false', risk: '3' },
  ...{ start_date: '2026-03-01 10:00:00', end_date: '2026-03-01 12:00:00' },
  ...{ u_accounts: '111111111111, 222222222222', u_targets: 'i-1\ni-2' },
};
const OPEN: ChangeRecord = {
  ...{ changeId: 'CHG0031889', status: 'open', statusText: 'Implement', risk: 'moderate' },
  window: { from: '2026-03-01T10:00:00.000Z', to: '2026-03-01T12:00:00.000Z' },
  ...{ accounts: ['111111111111', '222222222222'], targets: ['i-1', 'i-2'] },
};

/** Answers as the Table API does: by the query's number, only the fields asked for, only with the credentials. */
async function standIn(answer: { status?: number; body?: string } = {}) {
  let row = { ...ROW };
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    const url = new URL(request.url ?? '', 'http://stand-in');
    const { sysparm_query: query, sysparm_fields: fields } = Object.fromEntries(url.searchParams);
    const isMine = request.headers.authorization === `Basic ${btoa('reader:secret')}`;
    const status = answer.status ?? (isMine ? 200 : 401);
    const isFound =
      url.pathname === '/api/now/table/change_request' && query === `number=${row['number']}`;
    const names = (fields ?? '').split(',');
    const result = isFound
      ? [Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)))]
      : [];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(answer.body ?? JSON.stringify({ result }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const settings = {
    ...{ instance: `http://127.0.0.1:${port}`, user: 'reader', password: 'secret' },
    ...{ accountsField: 'u_accounts', targetsField: 'u_targets' },
  };
  return {
    settings,
    requests: () => requests,
    change: (change: Readonly<Record<string, string>>) => void (row = { ...row, ...change }),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

testChangeRecordsContract('ServiceNow', async () => {
  const [world, broken] = [await standIn(), await standIn({ status: 503 })];
  return {
    records: serviceNowChanges(world.settings),
    failing: serviceNowChanges(broken.settings),
    open: OPEN,
    unknownId: 'CHG9999999',
    requests: world.requests,
    finish: async () => world.change({ state: '3' }),
    close: async () => {
      await world.close();
      await broken.close();
    },
  };
});

test('only what is approved, in Implement and not on hold is open; anything missing is not', async () => {
  const world = await standIn();
  const { find } = serviceNowChanges(world.settings);
  const statusWith = async (change: Readonly<Record<string, string>>) => {
    world.change({ ...ROW, ...change });
    return (await find('CHG0031889'))?.status;
  };
  assert.equal(await statusWith({ state: '-2' }), 'not_yet_open');
  assert.equal(await statusWith({ approval: 'requested' }), 'not_approved');
  assert.equal(await statusWith({ on_hold: 'true' }), 'on_hold');
  assert.equal(await statusWith({ on_hold: '' }), 'on_hold');
  assert.equal(await statusWith({ state: '0' }), 'over');
  assert.equal(await statusWith({ state: '4' }), 'over');
  assert.equal(await statusWith({ state: '77' }), 'not_yet_open');
  world.change({ ...ROW, start_date: '', u_accounts: '', risk: '' });
  const bare = await find('CHG0031889');
  assert.deepEqual([bare?.window, bare?.accounts, bare?.risk], [null, [], 'unknown']);
  await world.close();
});

test('wrong credentials, an odd answer and one from elsewhere are errors that say so', async () => {
  const world = await standIn();
  const denied = serviceNowChanges({ ...world.settings, password: 'x' });
  await assert.rejects(denied.find('CHG0031889'), PermissionError);
  await world.close();
  const odd = await standIn({ body: '<html>login</html>' });
  await assert.rejects(serviceNowChanges(odd.settings).find('CHG0031889'), UpstreamError);
  await odd.close();
  await assert.rejects(serviceNowChanges(odd.settings).find('CHG0031889'), {
    code: 'UNAVAILABLE',
  });
});
