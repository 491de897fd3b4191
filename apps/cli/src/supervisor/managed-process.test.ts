import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { manageProcess, type ManagedProcess } from './managed-process.ts';

interface Life {
  readonly process: ManagedProcess;
  readonly restarts: string[];
  readonly log: () => string;
}

function run(script: string, environment: Record<string, string> = {}): Life {
  const folder = mkdtempSync(join(tmpdir(), 'cf-managed-'));
  const entry = join(folder, 'main.ts');
  writeFileSync(entry, script);
  const restarts: string[] = [];
  const logFile = join(folder, 'main.log');
  const spec = { name: 'probe', entry, settings: { tenant: 'acme' }, environment, logFile };
  const process = manageProcess(spec, {
    onChange: () => undefined,
    onRestart: (message) => restarts.push(message),
  });
  return { process, restarts, log: () => readFileSync(logFile, 'utf8') };
}

const OBEDIENT = `
  process.on('disconnect', () => process.exit(0));
  process.send?.({ type: 'ready' });
`;

test('a process is given its settings and no more of our environment', async () => {
  process.env['COUNTERFOIL_TEST_SECRET'] = 'inherited';
  const { process: managed, log } = run(`console.log(JSON.stringify(process.env)); ${OBEDIENT}`, {
    TZ: 'UTC',
  });
  await managed.ready;
  await managed.stop();
  const environment = JSON.parse(log()) as Record<string, string>;
  assert.equal(environment['COUNTERFOIL_SETTINGS'], '{"tenant":"acme"}');
  assert.equal(environment['TZ'], 'UTC');
  assert.deepEqual(
    Object.keys(environment)
      .filter((name) => !name.startsWith('NODE_CHANNEL'))
      .toSorted(),
    ['COUNTERFOIL_SETTINGS', 'TZ'],
  );
});

test('a process that is killed is started again within a second', async () => {
  const { process: managed, restarts } = run(OBEDIENT);
  await managed.ready;
  const first = managed.pid();
  assert.ok(first);
  process.kill(first, 'SIGKILL');
  const deadlineMs = performance.now() + 1_500;
  while ((managed.pid() ?? first) === first && performance.now() < deadlineMs) await sleep(10);
  assert.notEqual(managed.pid(), first);
  assert.match(restarts[0] ?? '', /probe ended \(SIGKILL\)/);
  await managed.stop();
  assert.equal(managed.pid(), null);
});

test('a process that ends before it is ready five times is reported with its last words', async () => {
  const { process: managed, restarts } = run(`console.error('no disk'); process.exit(7);`);
  await assert.rejects(managed.ready, {
    code: 'PROCESS_NOT_READY',
    message: /exit code 7[^]*no disk/,
  });
  assert.equal(restarts.length, 4);
});
