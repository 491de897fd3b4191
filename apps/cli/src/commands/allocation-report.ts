import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { InputError, type JsonObject } from '@counterfoil/core';
import type { CoverageAnswer, ShowbackAnswer, VersionQuality } from '@counterfoil/costs';
import type { LakeAdmin } from '@counterfoil/lake-client';
import {
  metricsRequest,
  taxonomyRequest,
  withTaxonomy,
  type TaxonomyOptions,
} from '../allocation/inputs.ts';
import {
  htmlOf,
  markdownOf,
  reportDocument,
  type ReportData,
} from '../allocation/report-document.ts';
import { reportPeriods, type ReportPeriod } from '../allocation/report-periods.ts';
import type { CommandContext } from '../command-context.ts';
import { withLake } from '../state/operator-session.ts';
import { writeWhole } from '../state/write-whole.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface ReportOptions extends TaxonomyOptions {
  readonly every: 'week' | 'month';
  readonly out: string;
  readonly format: 'markdown' | 'html';
  readonly by?: string;
  readonly metrics?: string;
  readonly json?: boolean;
}

/** `allocation report`: the scheduled report, as dated files. */
export function addAllocationReport(allocation: Command, context: CommandContext): void {
  const report = allocation
    .command('report')
    .description(
      'write the allocation report of the last whole week or month as dated files, ready for cron; exit code 1 if tag coverage is under the gate',
    )
    .addOption(
      new Option('--every <period>', 'what to report').choices(['week', 'month']).default('month'),
    )
    .option('--out <dir>', 'folder for the files', 'reports')
    .addOption(
      new Option('--format <format>', 'of the report; JSON is written beside it')
        .choices(['markdown', 'html'])
        .default('markdown'),
    )
    .option(
      '--by <key>',
      'a tag key, or account (default: the first key of the taxonomy, else account)',
    )
    .option(
      '--metrics <file>',
      'CSV of date, metric, value and owner, for rules that split by a metric',
    );
  withExamples(withJson(withPlaces(withTaxonomy(report))), [
    [
      'counterfoil allocation report --every week --out reports',
      'writes allocation-week-2026-03-02.md',
    ],
    ['0 7 * * 1  counterfoil allocation report --every week --format html', 'a line for cron'],
  ]).action((options: ReportOptions) => writeReport(context, options));
}

async function writeReport(context: CommandContext, options: ReportOptions): Promise<void> {
  const { terminal, workingDirectory } = context;
  const common: JsonObject = await taxonomyRequest(context, options);
  const owners: JsonObject = {
    ...common,
    ...(options.by === undefined ? {} : { by: options.by }),
    ...(options.metrics === undefined
      ? {}
      : { metrics: await metricsRequest(context, options.metrics) }),
  };
  await withLake(context, options, async (lake) => {
    const { data, period } = await readReport(lake, options.every, { common, owners });
    const folder = resolve(workingDirectory, options.out);
    mkdirSync(folder, { recursive: true });
    const document = reportDocument(data);
    const extension = options.format === 'html' ? 'html' : 'md';
    const text = options.format === 'html' ? htmlOf(document) : markdownOf(document);
    const files = [
      join(folder, `allocation-${period.name}.${extension}`),
      join(folder, `allocation-${period.name}.json`),
    ] as const;
    // Costs are confidential: for their owner alone, until somebody says otherwise.
    writeWhole(files[0], text, { mode: 0o600 });
    writeWhole(files[1], `${JSON.stringify(data, null, 2)}\n`, { mode: 0o600 });
    const { gate } = data.coverage;
    if (options.json === true) printJson(terminal, { files, gate, period });
    else printLine(terminal, files.map((file) => `Written: ${file}`).join('\n'));
    if (gate !== 'passed') context.finish(EXIT.findings);
  });
}

interface ReportRequests {
  readonly common: JsonObject;
  readonly owners: JsonObject;
}

async function readReport(
  lake: LakeAdmin,
  every: 'week' | 'month',
  { common, owners }: ReportRequests,
): Promise<{ readonly data: ReportData; readonly period: ReportPeriod }> {
  const [version] = await lake.versions();
  if (version === undefined) {
    throw new InputError('LAKE_EMPTY', 'the lake has no data yet', {
      remedy: 'ingest billing files first: counterfoil ingest <path>…',
    });
  }
  const { now, before } = reportPeriods(every, version);
  const daysOf = ({ fromDate, toDate }: ReportPeriod) => ({ fromDate, toDate });
  const coverage = await lake.ask('allocation-coverage', { ...common, ...daysOf(now) });
  const showback = await lake.ask('allocation-showback', { ...owners, ...daysOf(now) });
  const earlier =
    before === null
      ? null
      : await lake.ask('allocation-showback', { ...owners, ...daysOf(before) });
  const quality = await lake.ask('quality', {});
  return {
    period: now,
    data: {
      title: `Cost allocation, ${now.name}`,
      coverage: coverage as unknown as CoverageAnswer,
      showback: showback as unknown as ShowbackAnswer,
      before: earlier as unknown as ShowbackAnswer | null,
      quality: quality['dataQuality'] as unknown as VersionQuality | null,
    },
  };
}
