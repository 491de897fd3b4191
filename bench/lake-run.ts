/**
 * One measured run in a process of its own, so that its memory is its own; prints its figures as one JSON line.
 * usage: node bench/lake-run.ts bare FILE FOLDER | product FILE FOLDER | query FOLDER
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { invariant } from '@counterfoil/core';
import { ingest, openLakeVersion, openVersionStore } from '@counterfoil/costs';

const MEMORY_LIMIT_MB = 1_024;
const QUERIES = 15;

/** Questions of the bench: what a plan groups by, and the same in SQL. */
const QUESTIONS = [
  { groupBy: [], sql: '' },
  { groupBy: ['serviceName', 'day'], sql: 'ServiceName, CAST(ChargePeriodStart AS DATE) AS day' },
  { groupBy: ['resourceId'], sql: 'ResourceId' },
] as const;

const [what = '', ...paths] = process.argv.slice(2);
const [first = '', second = ''] = paths;
if (what === 'bare') await bare(first, second);
else if (what === 'product') await product(first, second);
else await query(first);

async function openDuck(spillDirectory: string): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${MEMORY_LIMIT_MB}MB`,
    temp_directory: spillDirectory,
  });
  return instance.connect();
}

async function bare(file: string, folder: string): Promise<void> {
  const connection = await openDuck(join(folder, 'spill'));
  await measure(async () => {
    await connection.run(
      `COPY (SELECT * FROM read_csv('${file}')) TO '${join(folder, 'bare.parquet')}' (FORMAT parquet, COMPRESSION zstd)`,
    );
    return {};
  });
}

async function product(file: string, folder: string): Promise<void> {
  const versions = await openVersionStore(folder);
  await measure(async () => {
    const { manifest } = await ingest([file], {
      versions,
      clock: { nowMs: () => Date.now() },
      memoryLimitMb: MEMORY_LIMIT_MB,
    });
    invariant(manifest.reconciled, `not reconciled by ${manifest.difference}`);
    return { rows: manifest.rowsLoaded, versionId: manifest.versionId };
  });
}

/** The same scoped group-bys by the product and by hand over the same Parquet files, in turns. */
async function query(folder: string): Promise<void> {
  const versions = await openVersionStore(folder);
  const [manifest] = await versions.list();
  invariant(manifest !== undefined, `a version in ${folder}`);
  const charges = versions.chargesOf(manifest);
  const files = charges.map(({ path }) => `'${path}'`).join(', ');
  const raw = await openDuck(join(folder, 'spill-raw'));
  const accounts = await accountsOf(raw, files);
  const version = await openLakeVersion({
    dataVersion: manifest.versionId,
    charges,
    spillDirectory: join(folder, 'spill'),
    memoryLimitMb: MEMORY_LIMIT_MB,
    timeoutMs: 600_000,
  });
  const { fromDate, toDate } = manifest;
  const scoped = version.scoped(accounts);
  const answers = [];
  for (const { groupBy, sql } of QUESTIONS) {
    const selected = sql === '' ? '' : `${sql}, `;
    const text = `SELECT ${selected}sum(EffectiveCost) FROM read_parquet([${files}])
      WHERE SubAccountId IN (${accounts.map((account) => `'${account}'`).join(', ')}) AND ChargeCategory = 'Usage'
        AND ChargePeriodStart >= TIMESTAMP '${fromDate}' AND ChargePeriodStart < TIMESTAMP '${toDate}'
      ${sql === '' ? '' : 'GROUP BY ALL ORDER BY ALL'}`;
    const byHand = async () => (await raw.runAndReadAll(text)).getRowsJson();
    const ask = () =>
      scoped.query({ measures: ['EffectiveCost'], groupBy, filter: {}, fromDate, toDate });
    const rawRuns: Elapsed[] = [];
    const productRuns: Elapsed[] = [];
    for (let round = 0; round < QUERIES; round += 1) {
      rawRuns.push(await elapsed(byHand));
      productRuns.push(await elapsed(ask));
    }
    const groups = (await byHand()).length;
    answers.push({ groupBy, groups, raw: medians(rawRuns), product: medians(productRuns) });
  }
  console.log(JSON.stringify(answers));
  version.close();
}

/** Every third account. */
async function accountsOf(raw: DuckDBConnection, files: string): Promise<readonly string[]> {
  const reader = await raw.runAndReadAll(
    `SELECT DISTINCT SubAccountId FROM read_parquet([${files}]) ORDER BY 1`,
  );
  return reader
    .getRowsJson()
    .filter((_, at) => at % 3 === 0)
    .map(([account]) => String(account));
}

interface Elapsed {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function elapsed(work: () => Promise<unknown>): Promise<Elapsed> {
  const before = process.cpuUsage();
  const startedMs = performance.now();
  await work();
  const wallMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(before);
  return { wallMs, cpuMs: (user + system) / 1_000 };
}

function medians(runs: readonly Elapsed[]): Elapsed {
  const median = (read: (run: Elapsed) => number) =>
    runs.map(read).toSorted((a, b) => a - b)[Math.floor(runs.length / 2)] ?? Number.NaN;
  return { wallMs: median((run) => run.wallMs), cpuMs: median((run) => run.cpuMs) };
}

async function measure(work: () => Promise<object>): Promise<void> {
  const before = process.cpuUsage();
  const startedMs = performance.now();
  const found = await work();
  const wallSeconds = (performance.now() - startedMs) / 1_000;
  const { user, system } = process.cpuUsage(before);
  console.log(
    JSON.stringify({
      ...found,
      wallSeconds,
      cpuSeconds: (user + system) / 1e6,
      peakMb: peakMb(),
    }),
  );
}

/** Most memory that this process ever held, as Linux counts it. */
function peakMb(): number {
  const status = readFileSync('/proc/self/status', 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
}
