import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test, type TestContext } from 'node:test';
import {
  entryWriter,
  openCheckpoint,
  proveEntry,
  readPrivateKey,
  verifyPack,
  type Trust,
} from '@counterfoil/guard';
import {
  createTestDatabase,
  exportLeaves,
  openLogReader,
  openStore,
  type Store,
  type TestDatabase,
} from '@counterfoil/store';
import { buildPack, firstWitnessState, proofSource } from '@counterfoil/tlog';
import { testKeys } from './testing/fake-witness.ts';

const LOG = new URL('main.ts', import.meta.url);
const WITNESS = new URL('../../witness/src/main.ts', import.meta.url);

let database: TestDatabase;
let operator: Store;
before(async () => {
  database = await createTestDatabase();
});
after(async () => {
  await operator?.close();
  await database.close();
});

function place() {
  const directory = mkdtempSync(join(tmpdir(), 'cf-log-process-'));
  const { origin, keys, pem } = testKeys();
  const at = (name: string): string => join(directory, name);
  writeFileSync(at('log.pem'), pem.log);
  writeFileSync(at('witness.pem'), pem.witness);
  const name = 'witness.test/acme';
  const privateKey = readPrivateKey(pem.witness);
  writeFileSync(at('witness.state'), firstWitnessState(origin, { name, privateKey }, 1));
  const log = {
    tenant: 'acme',
    logLevel: 'silent',
    databaseUrl: database.urls.cf_log,
    logDirectory: at('log'),
    keyFile: at('log.pem'),
    origin,
    witnessSocket: at('witness.sock'),
  };
  const witness = {
    logLevel: 'silent',
    socket: at('witness.sock'),
    stateFile: at('witness.state'),
    publishedCheckpoint: join(at('log'), 'checkpoint'),
    keyFile: at('witness.pem'),
    name,
    logVerifierKey: keys.logVerifierKey,
  };
  return { log, witness, keys, reader: openLogReader(at('log')), directory };
}

function launch(context: TestContext, main: URL, settings: object): ChildProcess {
  const env = { ...process.env, COUNTERFOIL_SETTINGS: JSON.stringify(settings) };
  const child = fork(main, { env, stdio: 'ignore' });
  context.after(() => void child.kill('SIGKILL'));
  return child;
}
async function ready(child: ChildProcess): Promise<ChildProcess> {
  await once(child, 'message');
  return child;
}
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** Engages a kill, the entry that every role may write, and waits until its leaf is under a published checkpoint. */
async function logOne(watch: Watch): Promise<number> {
  const begin = performance.now();
  await operator.kills.engage('test');
  const size = (watch.expected += 1);
  await watch.reaches(size);
  return performance.now() - begin;
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

interface Watch {
  expected: number;
  reaches(size: number): Promise<void>;
}

async function watchOf(published: () => Promise<number>): Promise<Watch> {
  let wake = (): void => {};
  await operator.changes.subscribe('checkpoint', () => wake());
  return {
    expected: await published(),
    async reaches(size) {
      const deadlineMs = performance.now() + 20_000;
      while ((await published()) < size) {
        assert.ok(performance.now() < deadlineMs, `${size} leaves were not published in time`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 200);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
  };
}

test('log and witness publish, survive kill −9 at any moment, and every entry is proven', async (context) => {
  const { log, witness, keys, reader, directory } = place();
  operator = await openStore({
    databaseUrl: database.urls.cf_operator,
    clock: { nowMs: () => Date.now() },
    newId: (prefix) => `${prefix}_${randomBytes(12).toString('hex')}`,
    writeEntry: entryWriter(() => randomBytes(32)),
  });
  const published = async (): Promise<number> => {
    const bytes = await reader.read('checkpoint');
    return bytes ? openCheckpoint(Buffer.from(bytes).toString(), keys).size : 0;
  };
  let witnessProcess = await ready(launch(context, WITNESS, witness));
  let logProcess = await ready(launch(context, LOG, log));
  const watch = await watchOf(published);
  const latencies: number[] = [];
  for (let each = 0; each < 30; each += 1) latencies.push(await logOne(watch));
  latencies.sort((a, b) => a - b);
  const [p50, p95] = [latencies[15], latencies[28]].map((each) => each?.toFixed(1));
  context.diagnostic(`leaf to published checkpoint: p50 ${p50} ms, p95 ${p95} ms, N 30`);

  for (let round = 0; round < 6; round += 1) {
    const writing = Promise.all(Array.from({ length: 20 }, () => operator.kills.engage('crash')));
    await sleep(Math.random() * 40);
    if (round % 2 === 0) {
      await end(logProcess, 'SIGKILL');
      logProcess = await ready(launch(context, LOG, log));
    } else {
      await end(witnessProcess, 'SIGKILL');
      witnessProcess = await ready(launch(context, WITNESS, witness));
    }
    await writing;
    watch.expected += 20;
    await watch.reaches(watch.expected);
  }
  const size = await published();
  assert.equal(size, 150);
  const trust: Trust = {
    v: 1,
    tenant: 'acme',
    origin: log.origin,
    ...keys,
    policyBundleSha256: 'b'.repeat(64),
    approvers: [],
    enrolmentKeys: [],
  };
  const leaves = await collect(exportLeaves(operator, size));
  for (const { index, entryText } of leaves) {
    await proveEntry({ source: proofSource(reader), trust, entryText, index: index ?? -1 });
  }
  const checkpoint = String(await reader.read('checkpoint'));
  const lines = (await collect(buildPack(checkpoint, leaves))).join('');
  const report = await verifyPack(lines, trust);
  assert.deepEqual([report.status, report.size], ['verified', 150]);

  await end(logProcess, 'SIGKILL');
  rmSync(join(directory, 'log', 'tile'), { recursive: true });
  logProcess = await ready(launch(context, LOG, log));
  const [first] = leaves;
  assert.ok(first);
  await proveEntry({ source: proofSource(reader), trust, entryText: first.entryText, index: 0 });
  await end(logProcess, 'SIGTERM');
  assert.equal(logProcess.exitCode, 0);
});

test('the log ends when its parent is gone, and with code 3 where its key is unreadable', async (context) => {
  const { log, witness } = place();
  await ready(launch(context, WITNESS, witness));
  const child = await ready(launch(context, LOG, log));
  child.disconnect();
  const [code] = (await once(child, 'exit')) as [number];
  assert.equal(code, 0);
  const keyFile = `${log.keyFile}.none`;
  const [failed] = (await once(launch(context, LOG, { ...log, keyFile }), 'exit')) as [number];
  assert.equal(failed, 3);
});
