import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Signal } from '@counterfoil/core';
import { entryWriter } from '@counterfoil/guard';
import { openCaseLake, openLakeAdmin } from '@counterfoil/lake-client';
import type { MoversAnswer } from '@counterfoil/costs';
import { createTestDatabase, openStore, type Store, type TestDatabase } from '@counterfoil/store';
import { runLake } from './run-lake.ts';

const TOKEN = 'a token of more than twenty characters';
const CASE_TOKEN = 'another token of more than twenty characters';
const HEADER =
  'BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,ProviderName,SubAccountId,RegionId,ResourceId,x_UsageType';

/** Forty days of two accounts; from day 35 on one resource of account 111 costs 500 a day more. */
function bill(): string {
  const rows: string[] = [];
  for (let day = 0; day < 40; day++) {
    const start = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
    const end = new Date(Date.UTC(2026, 0, 2 + day)).toISOString();
    const month = start.slice(0, 7);
    const period = `${month}-01T00:00:00Z,${month === '2026-01' ? '2026-02' : '2026-03'}-01T00:00:00Z`;
    for (const [account, resource, cost] of [
      ['111', 'i-1', 100],
      ['111', 'i-2', day >= 35 ? 550 : 50],
      ['222', 'i-3', 80],
    ] as const) {
      const noisy = (cost + ((day * 7) % 5) / 10).toFixed(4);
      rows.push(
        `${noisy},${noisy},999,USD,${period},Usage,${start},${end},Compute,AWS,${account},eu-west-1,${resource},BoxUsage:large`,
      );
    }
  }
  return `${HEADER}\n${rows.join('\n')}\n`;
}

describe('the lake process', () => {
  let directory: string;
  let database: TestDatabase;
  let store: Store;
  let agent: Store;
  let lake: { stop(): Promise<void> };
  let written: readonly Signal[] = [];
  const socket = () => join(directory, 'lake.sock');
  const settings = () => ({
    socket: socket(),
    token: TOKEN,
    caseToken: CASE_TOKEN,
    lakeDirectory: join(directory, 'lake'),
    memoryLimitMb: 400,
    plannedActivities: [],
  });
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  let now = Date.UTC(2026, 1, 10);
  const clock = { nowMs: () => now };
  const open = (databaseUrl: string) => {
    let id = 0;
    return openStore({
      databaseUrl,
      // The database takes no entry whose time is not its own.
      clock: { nowMs: () => Date.now() },
      newId: (prefix) => `${prefix}_${++id}`,
      writeEntry: entryWriter(() => new Uint8Array(32)),
    });
  };

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'lake-'));
    database = await createTestDatabase();
    store = await open(database.urls.cf_lake);
    agent = await open(database.urls.cf_agent);
    for (const left of [`versions/v-${'0'.repeat(32)}.partial`, 'spill/spill-1-killed']) {
      mkdirSync(join(directory, 'lake', left), { recursive: true });
    }
    const signals: Store['signals'] = {
      ...store.signals,
      write: (batch) => {
        written = batch;
        return store.signals.write(batch);
      },
    };
    const watched = { cases: store.cases, signals };
    lake = await runLake({ settings: settings(), store: watched, clock, logger: silent });
  });
  after(async () => {
    await lake.stop();
    await store.close();
    await agent.close();
    await database.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const call = (method: string, path: string, body = '', token = TOKEN) =>
    new Promise<{ status: number; lines: Record<string, unknown>[] }>((resolve, reject) => {
      const outgoing = request(
        { socketPath: socket(), method, path, headers: { authorization: `Bearer ${token}` } },
        (incoming) => {
          let text = '';
          incoming.on('data', (chunk) => (text += chunk));
          incoming.on('end', () => {
            const lines = text
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line));
            resolve({ status: incoming.statusCode ?? 0, lines });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  const errorOf = (reply: { lines: Record<string, unknown>[] }) =>
    (reply.lines.at(-1)?.['error'] as { code: string } | undefined)?.code;

  it('opens its socket to its own user only, and answers nobody without the token', async () => {
    assert.equal(statSync(socket()).mode & 0o777, 0o600);
    assert.equal(errorOf(await call('GET', '/versions', '', 'wrong')), 'TOKEN_WRONG');
    assert.equal(errorOf(await call('GET', '/versions', '', '')), 'TOKEN_WRONG');
    assert.deepEqual((await call('GET', '/versions')).lines, [{ versions: [] }]);
  });

  it('lets the agent ask questions of cases, and neither bring data in nor see what others hold', async () => {
    for (const [method, path] of [
      ['POST', '/ingest'],
      ['POST', '/detect'],
      ['POST', '/forecast'],
      ['POST', '/commitments'],
      ['GET', '/versions'],
      ['GET', '/versions/cases'],
      ['POST', '/cases/../ingest'],
      ['POST', '/x/cases'],
    ] as const) {
      const body = method === 'POST' ? '{"paths":["/tmp/mine.csv"]}' : '';
      const reply = await call(method, path, body, CASE_TOKEN);
      assert.deepEqual([reply.status, errorOf(reply)], [403, 'TOKEN_NARROW'], path);
    }
    const asked = await call('POST', '/cases/none/localise', '', CASE_TOKEN);
    assert.equal(errorOf(asked), 'CASE_UNKNOWN');
  });

  it('removes what a killed ingest left, and lets no second process into the lake', async () => {
    assert.deepEqual(readdirSync(join(directory, 'lake', 'versions')), []);
    assert.equal(existsSync(join(directory, 'lake', 'spill', 'spill-1-killed')), false);
    const script = `import { holdLake } from '@counterfoil/costs';
      await holdLake(process.argv[1]).then(() => console.log('held'), (error) => console.log(error.code));`;
    const child = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', script, join(directory, 'lake')],
      { encoding: 'utf8', cwd: import.meta.dirname },
    );
    assert.equal(child.stdout.trim(), 'LAKE_BUSY');
  });

  it('refuses bodies that are not exactly what they must be', async () => {
    for (const body of [
      '',
      '{',
      '[]',
      '{"paths":[]}',
      '{"paths":["a"],"x":1}',
      '{"paths":["a"],"mode":"x"}',
      '{"paths":"a"}',
    ]) {
      const reply = await call('POST', '/ingest', body);
      assert.notEqual(errorOf(reply), undefined, body);
      assert.equal(reply.status, 400, body);
    }
    assert.equal(errorOf(await call('GET', '/nothing')), 'ROUTE_UNKNOWN');
    assert.equal(errorOf(await call('GET', '/versions/%E0')), 'ROUTE_UNKNOWN');
    assert.equal(errorOf(await call('POST', '/detect')), 'LAKE_EMPTY');
  });

  it('ingests with progress, records the report once, and knows the same contents again', async () => {
    const path = join(directory, 'bill.csv');
    writeFileSync(path, bill());
    const first = await call('POST', '/ingest', JSON.stringify({ paths: [path] }));
    const stages = first.lines.map((line) => line['stage'] ?? line['type']);
    assert.deepEqual(stages, ['reading', 'loading', 'checking', 'writing', 'published', 'report']);
    const again = await call('POST', '/ingest', JSON.stringify({ paths: [path] }));
    assert.equal(again.lines.at(-1)?.['status'], 'known');
    assert.deepEqual(again.lines.at(-1)?.['dataQuality'], first.lines.at(-1)?.['dataQuality']);
    assert.ok(first.lines.at(-1)?.['dataQuality']);
    const { items } = await store.signals.ingests({ limit: 10 });
    assert.equal(items.length, 1);
    assert.equal(items[0]?.report['rowsLoaded'], 120);
  });

  it('names the file in the last line where an ingest fails, and publishes nothing', async () => {
    const path = join(directory, 'broken.csv');
    writeFileSync(path, 'a,b\n1,2\n');
    const reply = await call('POST', '/ingest', JSON.stringify({ paths: [path] }));
    assert.equal(errorOf(reply), 'COLUMNS_MISSING');
    const listed = (await call('GET', '/versions')).lines[0]?.['versions'] as unknown[];
    assert.equal(listed.length, 1);
  });

  it('detects once, and answers a case within its own accounts and version only', async () => {
    const detected = (await call('POST', '/detect')).lines[0] ?? {};
    assert.equal(detected['signalsAdded'], 1);
    assert.equal((await call('POST', '/detect')).lines[0]?.['signalsAdded'], 0);
    const [row] = written;
    assert.deepEqual(row?.scopeAccounts, ['111']);
    await agent.cases.commit({
      caseId: 'case-1',
      versionExpected: 0,
      events: [{ type: 'case_opened', signal: row! }],
      jobs: [],
    });
    const query = {
      measures: ['EffectiveCost'],
      groupBy: ['subAccountId'],
      fromDate: '2026-01-01',
      toDate: '2026-03-01',
      filter: { subAccountId: ['111', '222'] },
    };
    const answer = (await call('POST', '/cases/case-1/query', JSON.stringify(query))).lines[0];
    assert.deepEqual(
      (answer?.['rows'] as string[][]).map((cells) => cells[0]),
      ['111'],
    );
    const smuggled = JSON.stringify({ ...query, scopeAccounts: ['222'], dataVersion: 'x' });
    assert.equal(errorOf(await call('POST', '/cases/case-1/query', smuggled)), 'QUERY_MALFORMED');
    assert.equal(
      errorOf(await call('POST', '/cases/case-2/query', JSON.stringify(query))),
      'CASE_UNKNOWN',
    );
    const { causes } = (await call('POST', '/cases/case-1/localise')).lines[0] as {
      causes: { element: Record<string, string>; deltaPerDay: { amount: string } }[];
    };
    assert.equal(causes[0]?.element['resourceId'], 'i-2');
    assert.equal(Math.round(Number(causes[0]?.deltaPerDay.amount)), 500);
  });

  it('forecasts the newest version, says which it was, and refuses what it does not know', async () => {
    const ask = (request: object) => call('POST', '/forecast', JSON.stringify(request));
    const [listed] = (await call('GET', '/versions')).lines[0]?.['versions'] as {
      versionId: string;
    }[];
    const [answer] = (await ask({ by: 'subAccountId' })).lines as {
      dataVersion: string;
      queryId: string;
      currencies: { groups: { value: string }[] }[];
    }[];
    assert.equal(answer?.dataVersion, listed?.versionId);
    assert.match(answer?.queryId ?? '', /^q-/);
    const values = answer?.currencies[0]?.groups.map((group) => group.value);
    assert.deepEqual(values?.toSorted(), ['111', '222']);
    assert.equal(errorOf(await ask({ by: 'colour' })), 'FORECAST_MALFORMED');
    const admin = openLakeAdmin({ socket: socket(), token: TOKEN });
    assert.equal((await admin.ask('forecast', {})).dataVersion, listed?.versionId);
  });

  it('tells of the commitments in the newest version', async () => {
    const admin = openLakeAdmin({ socket: socket(), token: TOKEN });
    const { currencies } = (await admin.ask('commitments', {})) as {
      currencies: { currency: string; commitments: unknown[] }[];
    };
    assert.deepEqual(
      currencies.map(({ currency, commitments }) => [currency, commitments]),
      [['USD', []]],
    );
  });

  it('answers the operator’s questions about cost, narrowed to accounts where asked', async () => {
    const admin = openLakeAdmin({ socket: socket(), token: TOKEN });
    const days = { fromDate: '2026-02-05', toDate: '2026-02-10' };
    const before = { fromDate: '2026-01-31', toDate: '2026-02-05' };
    const comparison = { by: ['resourceId'], before, after: days };
    const { currencies } = (await admin.ask('costs/movers', comparison)) as unknown as MoversAnswer;
    const [first] = currencies[0]?.movers ?? [];
    assert.deepEqual([first?.where, first?.status], [{ resourceId: 'i-2' }, 'increased']);
    const narrow = await admin.ask('costs/movers', { ...comparison, accounts: ['222'] });
    assert.match(String(narrow['dataVersion']), /^s-/);
    assert.equal(narrow['rowsRead'], 10);
    for (const question of ['decompose', 'savings', 'resources', 'query']) {
      const plan = {
        decompose: comparison,
        query: { ...days, measures: ['BilledCost'], groupBy: [] },
      };
      const answer = await admin.ask(`costs/${question}`, plan[question as 'query'] ?? days);
      assert.match(String(answer['queryId']), /^q-/, question);
    }
    const path = '/costs/query';
    assert.equal(errorOf(await call('POST', path, '{}', CASE_TOKEN)), 'TOKEN_NARROW');
    const asked = await call(
      'POST',
      '/cases/case-1/movers',
      JSON.stringify(comparison),
      CASE_TOKEN,
    );
    assert.equal(asked.lines[0]?.['rowsRead'], 20);
    const widened = JSON.stringify({ ...comparison, accounts: ['222'] });
    assert.equal(errorOf(await call('POST', '/cases/case-1/movers', widened)), 'QUERY_MALFORMED');
  });

  it('tells whose costs are whose, what is tagged, and what a unit costs', async () => {
    const ask = (path: string, request: object) =>
      call('POST', `/${path}`, JSON.stringify(request));
    const whole = { fromDate: '2026-01-01', toDate: '2026-02-10' };
    const [coverage] = (await ask('allocation-coverage', whole)).lines;
    assert.deepEqual([coverage?.['gate'], coverage?.['rowsRead']], ['failed', 120]);
    const [showback] = (await ask('allocation-showback', { ...whole, by: 'account' })).lines as {
      currencies: { lines: { owner: string }[]; difference: string }[];
    }[];
    const owners = showback?.currencies[0]?.lines.map(({ owner }) => owner);
    assert.deepEqual([owners, showback?.currencies[0]?.difference], [['111', '222'], '0']);
    assert.equal(
      errorOf(await ask('allocation-showback', { month: '2026-13' })),
      'REQUEST_MALFORMED',
    );
    assert.equal(errorOf(await ask('allocation-coverage', { taxonomy: 1 })), 'TAXONOMY_MALFORMED');
    const [suggested] = (await ask('allocation-taxonomy', whole)).lines;
    assert.deepEqual(suggested?.['suggestions'], []);
    const metrics = [{ date: '2026-02-01', metric: 'orders', value: '10', dimensions: {} }];
    const [unit] = (await ask('unit-costs', { metrics })).lines as { series: unknown[] }[];
    assert.equal(unit?.series.length, 1);
    assert.equal(errorOf(await ask('unit-costs', {})), 'METRICS_MALFORMED');
  });

  it('judges the quality of its data, in the report of the ingest and for the accounts of each signal', async () => {
    const [answer] = (await call('POST', '/quality')).lines as {
      dataQuality: { tagCoveragePercent: number; verdict: string };
    }[];
    assert.equal(answer?.dataQuality.verdict, 'lowered');
    const { items } = await store.signals.ingests({ limit: 1 });
    assert.deepEqual(items[0]?.report['dataQuality'], answer?.dataQuality);
    assert.deepEqual(
      written.map(({ dataQuality }) => dataQuality),
      written.map(() => ({ tagCoveragePercent: 0, conformant: 'unknown', reconciled: 'yes' })),
    );
  });

  it('says what a restated period changed, at once and when asked', async () => {
    const admin = openLakeAdmin({ socket: socket(), token: TOKEN });
    const ask = (request: object) => call('POST', '/diff', JSON.stringify(request));
    // Of two versions of the same instant none is the newer.
    now += 1_000;
    assert.equal(errorOf(await ask({})), 'VERSIONS_TOO_FEW');
    assert.equal(errorOf(await ask({ older: 1 })), 'BODY_MALFORMED');
    const path = join(directory, 'february.csv');
    const [head, ...rows] = bill().trim().split('\n');
    const february = rows.filter((row) => row.includes('2026-02-01T00:00:00Z,2026-03'));
    writeFileSync(path, [head, ...february.slice(1)].join('\n'));
    const { manifest, diff } = await admin.ingest({ paths: [path], mode: 'restate' });
    assert.equal(manifest.rowsLoaded, 119);
    const periods = diff?.['periods'] as { billingPeriod: string; status: string }[];
    assert.deepEqual(
      periods.map(({ billingPeriod, status }) => [billingPeriod, status]),
      [['2026-02-01', 'restated']],
    );
    assert.deepEqual((await ask({})).lines[0], diff);
    const [newest, oldest] = await admin.versions();
    const back = await admin.ask('diff', {
      older: newest?.versionId ?? '',
      newer: oldest?.versionId ?? '',
    });
    assert.equal((back['slices'] as unknown[]).length, 1);
    assert.equal(errorOf(await ask({ older: `v-${'0'.repeat(32)}` })), 'VERSION_UNKNOWN');
  });

  it('is understood by its own client, its refusals included', async () => {
    const address = { socket: socket(), token: TOKEN };
    const admin = openLakeAdmin(address);
    const [version] = await admin.versions();
    assert.equal(version?.reconciled, true);
    assert.equal((await admin.version(version.versionId)).rowsLoaded, 119);
    await assert.rejects(admin.ingest({ paths: ['/nowhere/at-all.csv'] }), {
      class: 'input',
      code: 'FILE_MISSING',
    });
    const query = {
      measures: ['EffectiveCost'],
      groupBy: ['day'],
      filter: {},
      fromDate: '2026-01-01',
      toDate: '2026-01-03',
    } as const;
    const cases = openCaseLake({ ...address, token: CASE_TOKEN });
    assert.equal((await cases.query('case-1', query)).rows.length, 2);
    assert.equal((await cases.localise('case-1')).causes[0]?.resources[0]?.resourceId, 'i-2');
    await assert.rejects(cases.query('case-none', query), { class: 'input', code: 'CASE_UNKNOWN' });
    await assert.rejects(openLakeAdmin({ ...address, token: 'wrong' }).versions(), {
      class: 'upstream',
      code: 'TOKEN_WRONG',
    });
  });
});
