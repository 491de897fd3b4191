import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { InputError } from '@counterfoil/core';
import { readCorpus } from './corpus-files.ts';
import { exploreInterleavings } from './interleavings.ts';
import { readExploration, readOptions, USAGE, type RunOptions } from './options.ts';
import { describe, reportOf, shortcomingsOf } from './report.ts';
import { runSlice, type Slice } from './run-slice.ts';
import { exploreApprovals } from './states.ts';
import { addTally, emptyTally, type Tally } from './tally.ts';
import { runTokens } from './tokens/run-tokens.ts';

const EXIT_FOUND = 1;
const EXIT_USAGE = 2;

async function main(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args;
  if (command === 'tokens' || command === 'states') return await runCommand(command, rest);
  const options = readOptions(args);
  if (options === 'help') {
    process.stdout.write(USAGE);
    return;
  }
  const startedMs = performance.now();
  const tally = await runAll(options, args);
  const report = reportOf(options, tally, (performance.now() - startedMs) / 1000);
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `${describe(report)}\n`);
  const shortcomings = shortcomingsOf(report);
  for (const text of shortcomings) process.stderr.write(`FOUND: ${text}\n`);
  if (shortcomings.length > 0) process.exitCode = EXIT_FOUND;
}

/** The two explorations beside the trajectories. */
async function runCommand(command: 'tokens' | 'states', args: readonly string[]): Promise<void> {
  const options = readExploration(args);
  if (command === 'tokens') {
    const report = runTokens(options);
    return finish(report, report.accepted, options.json);
  }
  const approvals = exploreApprovals(options.depth);
  const interleavings = await exploreInterleavings(options.events);
  finish(
    { approvals, interleavings },
    approvals.violations + interleavings.violations,
    options.json,
  );
}

function finish(report: object, found: number, json: boolean): void {
  process.stdout.write(`${JSON.stringify(report, null, json ? 0 : 2)}\n`);
  if (found > 0) process.exitCode = EXIT_FOUND;
}

/** Here, or spread over processes that each count every so-manieth place. */
async function runAll(options: RunOptions, args: readonly string[]): Promise<Tally> {
  if (options.jobs === 1) {
    return await runSlice(options, readCorpus(options.corpus), { part: 0, of: 1 });
  }
  const total = emptyTally();
  const parts = Array.from({ length: options.jobs }, (_unused, part) => part);
  await Promise.all(
    parts.map(async (part) => {
      const child = fork(fileURLToPath(import.meta.url), [...args], {
        env: { ...process.env, COUNTERFOIL_ADVERSARY_PART: `${part}/${options.jobs}` },
      });
      const [tally] = (await once(child, 'message')) as [Tally];
      addTally(total, tally);
    }),
  );
  return total;
}

/** Which part this process is to run, where it was started by another. */
function ownSlice(): Slice | undefined {
  const [part, of] = (process.env['COUNTERFOIL_ADVERSARY_PART'] ?? '').split('/').map(Number);
  return part !== undefined && of !== undefined ? { part, of } : undefined;
}

const slice = ownSlice();
const args = process.argv.slice(2);
try {
  const options = slice ? readOptions(args) : 'help';
  if (slice && options !== 'help') {
    process.send?.(await runSlice(options, readCorpus(options.corpus), slice));
    process.disconnect?.();
  } else {
    await main(args);
  }
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\nWhat to do: ${error.remedy ?? 'see --help'}\n`);
  process.exitCode = EXIT_USAGE;
}
