import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { exploreInterleavings } from './interleavings.ts';
import type { Report } from './report.ts';
import { exploreApprovals } from './states.ts';
import { runTokens } from './tokens/run-tokens.ts';

const PROGRAM = fileURLToPath(new URL('main.ts', import.meta.url));
const SHARED = fileURLToPath(new URL('../../../shared/attacks', import.meta.url));

async function runReport(args: readonly string[]): Promise<Report> {
  const child = spawn(process.execPath, [PROGRAM, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(child, 'close');
  return JSON.parse(text) as Report;
}

test('in 2,000 trajectories no effect is unauthorised, nothing of another account arrives, and the work is done', async () => {
  const corpus = existsSync(SHARED) ? ['--corpus', SHARED] : [];
  const sizes = ['--trajectories', '2000', '--unguarded', '400', '--benign', '40', '--twins', '40'];
  const report = await runReport([...corpus, ...sizes, '--seed', '20261125', '--jobs', '2']);
  assert.equal(report.trajectories, 2000);
  assert.deepEqual(report.examples, []);
  assert.equal(report.unauthorisedEffects, 0);
  assert.equal(report.leaks, 0);
  assert.ok(report.unguardedSuccessRate >= 0.95, 'the attacks must be worth something');
  assert.equal(report.benignUtility, 1);
  assert.equal(report.benignUtilityUnguarded, 1);
  assert.ok(report.utilityUnderAttack >= 0.95);
  assert.ok(report.choiceBitsMax <= 32);
  assert.deepEqual(report.twins, {
    pairs: 40,
    sinkTracesThatDiffer: 0,
    unapprovedEffectSetsThatDiffer: 0,
  });
  assert.equal(Object.keys(report.byCarrier).length, 31);
});

test('the same seed gives the same result', async () => {
  const once = async () => {
    const { seconds: _seconds, ...report } = await runReport([
      '--trajectories',
      '62',
      '--seed',
      '7',
    ]);
    return report;
  };
  assert.deepEqual(await once(), await once());
});

test('20,000 forged approvals, lifts, enrolments and bindings: none is accepted', () => {
  const report = runTokens({ count: 20_000, seed: 20_261_125 });
  assert.equal(report.forgeries, 20_000);
  assert.equal(report.accepted, 0, JSON.stringify(report.byClass));
});

test('the verdict over approvals is what the rules say in every sequence of two reviews', () => {
  const report = exploreApprovals(2);
  assert.deepEqual(report.examples, []);
  assert.equal(report.states, 16 * (1 + 60 + 60 * 60));
  for (const verdict of ['approved', 'denied', 'expired', 'pending']) {
    assert.ok((report.byVerdict[verdict] ?? 0) > 0, `${verdict} is reached`);
  }
});

test('in every order of two events the stages have at most the one effect that may be', async () => {
  const report = await exploreInterleavings(2);
  assert.deepEqual(report.examples, []);
  assert.equal(report.sequences, 100);
  assert.ok(report.effects > 0);
});
