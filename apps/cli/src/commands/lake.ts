import { Option, type Command } from 'commander';
import type { VersionQuality, VersionsDiff } from '@counterfoil/costs';
import type { LakeIngestRequest } from '@counterfoil/lake-client';
import {
  loadConfiguration,
  stateDirectoryOf,
  type CommandContext,
  type PlaceOptions,
} from '../command-context.ts';
import { renderDiff } from '../result/render-diff.ts';
import { renderIngest } from '../result/render-ingest.ts';
import { qualityVerdict } from '../result/render-quality.ts';
import { withLake } from '../state/operator-session.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { startProgress } from '../terminal/progress.ts';
import { coloursOf, printJson, printLine } from '../terminal/terminal.ts';
import { billingPaths, localPaths } from '../up/billing-paths.ts';
import { ingestText } from '../up/main-job.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface LakeOptions extends PlaceOptions {
  readonly json?: boolean;
}

interface IngestCommandOptions extends LakeOptions {
  readonly mode: NonNullable<LakeIngestRequest['mode']>;
}

/** `ingest`: the first step of the main job by itself. */
export function addLakeCommands(program: Command, context: CommandContext): void {
  const ingest = program
    .command('ingest')
    .argument('<path...>', 'billing files, folders, patterns, or s3://bucket/prefix')
    .description(
      'make one immutable version of these files in the lake; exit code 1 if rows were rejected or totals do not reconcile',
    )
    .addOption(
      new Option(
        '--mode <mode>',
        'full: the version is these files and nothing else; restate: their billing periods take the place of what the newest version has of them; append: their rows come on top of it',
      )
        .choices(['full', 'restate', 'append'])
        .default('full'),
    );
  withExamples(withJson(withPlaces(ingest)), [
    ['counterfoil ingest march.csv.gz', 'FOCUS, CUR 2.0 or legacy CUR, told by its columns'],
    ['counterfoil ingest exports/ --json', 'the whole report'],
    [
      'counterfoil ingest s3://my-exports/billing/cur',
      'with the credentials of this machine; only what changed is fetched again',
    ],
    ['counterfoil ingest may.parquet --mode restate', 'May again, all other months as they are'],
  ]).action((paths: readonly string[], options: IngestCommandOptions) =>
    ingestFiles(context, paths, options),
  );
}

async function ingestFiles(
  context: CommandContext,
  paths: readonly string[],
  options: IngestCommandOptions,
): Promise<void> {
  const { terminal, workingDirectory } = context;
  const absolute = billingPaths(paths, workingDirectory);
  const { exports: mirror } = stateDirectoryOf(
    context,
    options,
    loadConfiguration(context, options),
  );
  const { environment } = terminal;
  await withLake(context, options, async (lake) => {
    const progress = startProgress(terminal, 'Ingesting');
    const say = (text: string) => progress.say(text);
    const reply = await localPaths(absolute, { mirror, environment, say })
      .then((files) =>
        lake.ingest({ paths: files, mode: options.mode }, (at) => say(ingestText(at))),
      )
      .catch((error: unknown) => {
        progress.failed();
        throw error;
      });
    progress.done(reply.status === 'known' ? 'These contents are in the lake already' : 'Ingested');
    const { manifest, dataQuality, diff } = reply;
    if (options.json === true) printJson(terminal, reply);
    else {
      const quality = dataQuality as unknown as VersionQuality | null;
      printLine(terminal, renderIngest(manifest, coloursOf(terminal)));
      printLine(terminal, `  ${qualityVerdict(quality)}`);
      if (diff !== null) printLine(terminal, `\n${renderDiff(diff as unknown as VersionsDiff)}`);
    }
    if (manifest.rowsRejected > 0 || !manifest.reconciled) context.finish(EXIT.findings);
  });
}
