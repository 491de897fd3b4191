import { InvalidArgumentError, Option, type Command } from 'commander';
import { openS3LogArchive } from '@counterfoil/aws';
import type { RetentionMode } from '@counterfoil/core';
import { openLogReader } from '@counterfoil/store';
import { exportLog } from '@counterfoil/tlog';
import {
  loadConfiguration,
  stateDirectoryOf,
  type CommandContext,
  type PlaceOptions,
} from '../command-context.ts';
import { parseS3Address } from '../exports/s3-address.ts';
import { systemClock } from '../state/operator-store.ts';
import { readTrust } from '../state/trust-file.ts';
import { startProgress } from '../terminal/progress.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface ExportOptions extends PlaceOptions {
  readonly to: string;
  readonly retainDays: number;
  readonly mode: RetentionMode;
  readonly json?: boolean;
}

const DAY_MS = 86_400_000;
const DAYS_MAX = 36_500;
const REGION_DEFAULT = 'us-east-1';

/** `log export`, below `log`. */
export function addExportCommand(log: Command, context: CommandContext): void {
  const exporting = log
    .command('export')
    .requiredOption('--to <address>', 's3://bucket/prefix, of a bucket with Object Lock')
    .requiredOption(
      '--retain-days <number>',
      `days from now that nothing of it can be changed or removed, at most ${DAYS_MAX}`,
      parseDays,
    )
    .addOption(
      new Option(
        '--mode <mode>',
        'compliance: nobody at all can shorten it; governance: a few rights can',
      )
        .choices(['compliance', 'governance'])
        .default('compliance'),
    )
    .description(
      'bring tiles, entries (no payloads) and checkpoint to S3 under a retention lock, and verify what S3 gives back; repeatable, never replaces',
    );
  withExamples(withJson(withPlaces(exporting)), [
    [
      'counterfoil log export --to s3://acme-evidence/counterfoil --retain-days 1825',
      'daily, e.g. by cron',
    ],
  ]).action((options: ExportOptions) => exportTo(context, options));
}

function parseDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= DAYS_MAX) return days;
  throw new InvalidArgumentError(`write a number from 1 to ${DAYS_MAX}`);
}

async function exportTo(context: CommandContext, options: ExportOptions): Promise<void> {
  const { terminal } = context;
  const { environment } = terminal;
  const state = stateDirectoryOf(context, options, loadConfiguration(context, options));
  const { bucket, prefix } = parseS3Address(options.to);
  const archive = openS3LogArchive({
    bucket,
    prefix,
    region: environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'] ?? REGION_DEFAULT,
    endpoint: environment['AWS_ENDPOINT_URL_S3'] ?? environment['AWS_ENDPOINT_URL'],
  });
  const untilMs = systemClock.nowMs() + options.retainDays * DAY_MS;
  const until = `${new Date(untilMs).toISOString().slice(0, 19)}.000Z`;
  const progress = startProgress(terminal, 'Exporting the log');
  try {
    const result = await exportLog({
      reader: openLogReader(state.transparencyLog),
      archive,
      keys: readTrust(state.trustFile),
      retention: { mode: options.mode, until },
      onProgress: (done, total) => progress.say(`File ${done + 1} of ${total}`),
    });
    const { size, written, kept, retainedUntil } = result;
    progress.done(`${size} entries are in ${options.to}, verified from there`);
    if (options.json === true) printJson(terminal, { to: options.to, ...result });
    else {
      printLine(
        terminal,
        `${written} files written, ${kept} were there; the first may go at ${retainedUntil}`,
      );
    }
  } catch (error) {
    progress.failed('The log is not exported');
    throw error;
  } finally {
    archive.close();
  }
}
