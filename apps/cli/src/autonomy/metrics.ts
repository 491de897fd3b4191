import { InputError, type ActionCount, type ToolCallCount } from '@counterfoil/core';
import type { AutonomyReport } from '@counterfoil/policy';
import type { CommandContext } from '../command-context.ts';
import { withOperator } from '../state/operator-session.ts';
import { systemClock } from '../state/operator-store.ts';
import { renderTable } from '../terminal/table.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { readReport, type AutonomyOptions } from './session.ts';

/** What `metrics` is told. */
export interface MetricsOptions extends AutonomyOptions {
  readonly days?: string;
  readonly prometheus?: boolean;
}

interface Metrics {
  readonly days: number;
  readonly actions: readonly ActionCount[];
  readonly toolCalls: readonly ToolCallCount[];
  readonly report: AutonomyReport;
}

const DAY_MS = 86_400_000;

/** `metrics`: how releases behave, by action kind, tool and outcome. */
export async function showMetrics(context: CommandContext, options: MetricsOptions): Promise<void> {
  const days = daysOf(options.days ?? '7');
  await withOperator(context, options, async (session) => {
    const { autonomy } = session.store;
    const sinceMs = systemClock.nowMs() - days * DAY_MS;
    const metrics: Metrics = {
      days,
      actions: await autonomy.actionCounts(sinceMs),
      toolCalls: await autonomy.toolCallCounts(sinceMs),
      report: await readReport(context, options, session),
    };
    const { report, ...counts } = metrics;
    if (options.json === true) printJson(context.terminal, { ...counts, scopes: report.scopes });
    else if (options.prometheus === true) printLine(context.terminal, exposition(metrics));
    else printLine(context.terminal, render(metrics));
  });
}

function daysOf(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 366) return days;
  throw new InputError('DAYS_INVALID', `--days ${text} is no number of days`, {
    remedy: 'give a whole number from 1 to 366',
  });
}

function render({ days, actions, toolCalls }: Metrics): string {
  if (actions.length + toolCalls.length === 0) return `Nothing happened in the last ${days} days.`;
  const columns = (titles: readonly string[]) => titles.map((title) => ({ title }));
  return [
    `Last ${days} days.`,
    '',
    renderTable(
      columns(['RELEASE', 'ENVIRONMENT', 'KIND', 'STATUS', 'ACTIONS']),
      actions.map((one) => [
        ...[one.release, one.environment, one.kind, one.status, String(one.count)],
      ]),
    ),
    '',
    renderTable(
      columns(['TOOL', 'OUTCOME', 'CALLS']),
      toolCalls.map(({ tool, status, count }) => [tool, status, String(count)]),
    ),
  ].join('\n');
}

/** Prometheus' text format 0.0.4. Counts are of a moving window, so they are gauges. */
function exposition({ actions, toolCalls, report }: Metrics): string {
  const { scopes, openBreakers } = report;
  const rated = scopes.map(({ rates, ...scope }) => ({
    labels: { release: scope.release, environment: scope.environment, kind: scope.kind },
    rates,
    scope,
  }));
  return [
    ...family(
      'actions',
      'Actions that were proposed or moved on in the window',
      actions.map(({ count, ...labels }) => [labels, count]),
    ),
    ...family(
      'tool_calls',
      'Calls of tools in the window',
      toolCalls.map(({ count, ...labels }) => [labels, count]),
    ),
    ...family(
      'decision_accuracy_lower',
      'Lower bound at 95 % of the share of sampled decisions judged right',
      rated.map(({ labels, rates }) => [labels, rates.accuracy.lower]),
    ),
    ...family(
      'false_positives_upper',
      'Upper bound at 95 % of the share of effects that were false positives',
      rated.map(({ labels, rates }) => [labels, rates.falsePositives.upper]),
    ),
    ...family(
      'autonomy_fallen',
      'Whether the level of a scope has fallen',
      rated.map(({ labels, scope }) => [labels, scope.hasFallen ? 1 : 0]),
    ),
    ...family('breakers_open', 'Circuit breakers that are open', [[{}, openBreakers.length]]),
  ].join('\n');
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

function family(name: string, help: string, samples: readonly Sample[]): readonly string[] {
  const full = `counterfoil_${name}`;
  return [
    `# HELP ${full} ${help}`,
    `# TYPE ${full} gauge`,
    ...samples.map(([labels, value]) => `${full}${labelsOf(labels)} ${value}`),
  ];
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
