import { visibleText } from '@counterfoil/core';
import type { AutonomyReport, ScopeReport } from '@counterfoil/policy';
import type { CommandContext } from '../command-context.ts';
import { withOperator } from '../state/operator-session.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { renderTable } from '../terminal/table.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { readReport, settingsOf, type AutonomyOptions } from './session.ts';

/** `autonomy show`: how far each release may go. Exit code 1 where a level fell or a breaker is open. */
export async function showAutonomy(
  context: CommandContext,
  options: AutonomyOptions,
): Promise<void> {
  await withOperator(context, options, async (session) => {
    const report = await readReport(context, options, session);
    const { configured, initial } = settingsOf(context, options);
    if (isAlarming(report)) context.finish(EXIT.findings);
    if (options.json === true) printJson(context.terminal, { configured, initial, ...report });
    else printLine(context.terminal, renderLevels(report, { configured, initial }));
  });
}

/** `autonomy report`: accuracy and false positives of each scope with their intervals. */
export async function showEvidence(
  context: CommandContext,
  options: AutonomyOptions,
): Promise<void> {
  await withOperator(context, options, async (session) => {
    const { scopes } = await readReport(context, options, session);
    const { windowMs } = settingsOf(context, options);
    const windowDays = windowMs / 86_400_000;
    if (options.json === true) printJson(context.terminal, { windowDays, scopes });
    else printLine(context.terminal, renderEvidence(scopes, windowDays));
  });
}

/** Whether somebody should look: a level fell, or a breaker is open. */
export function isAlarming({ scopes, openBreakers }: AutonomyReport): boolean {
  return openBreakers.length > 0 || scopes.some(({ hasFallen }) => hasFallen);
}

function renderLevels(
  { scopes, openBreakers, ignored }: AutonomyReport,
  { configured, initial }: { readonly configured: string; readonly initial: string },
): string {
  const table = renderTable(
    ['RELEASE', 'ENVIRONMENT', 'KIND', 'LEVEL', 'CONFIGURED', 'EARNED', 'UNJUDGED', 'WHY'].map(
      (title) => ({ title }),
    ),
    scopes.map((scope) => [
      scope.release,
      scope.environment,
      scope.kind,
      scope.level,
      scope.configured,
      scope.hasFallen ? `${scope.earned} (fell)` : scope.earned,
      String(scope.pending),
      visibleText(scope.reason ?? ''),
    ]),
  );
  return [
    `At most ${configured}; what nobody has signed anything about has ${initial}.`,
    ...(scopes.length > 0 ? ['', table] : ['Nothing was decided in the window yet.']),
    ...openBreakers.map(
      ({ breaker, kind, release, measured, max, openingId, untilMs }) =>
        `OPEN: breaker ${breaker}, ${kind} of ${release}: ${measured} of at most ${max}, until ${new Date(untilMs).toISOString()} (counterfoil autonomy close-breaker ${openingId})`,
    ),
    ...ignored.map(
      ({ code, note }) => `A signed act does not hold and counts for nothing: ${code}, ${note}`,
    ),
  ].join('\n');
}

function renderEvidence(scopes: readonly ScopeReport[], windowDays: number): string {
  if (scopes.length === 0) return `Nothing was decided in the last ${windowDays} days.`;
  const table = renderTable(
    [
      'RELEASE',
      'ENVIRONMENT',
      'KIND',
      'RIGHT',
      'ACCURACY',
      'FALSE POSITIVES',
      'RATE',
      'UNJUDGED',
    ].map((title) => ({ title })),
    scopes.map(({ evidence, rates, ...scope }) => [
      scope.release,
      scope.environment,
      scope.kind,
      `${evidence.right} of ${evidence.right + evidence.wrong}`,
      intervalText(rates.accuracy),
      `${evidence.falsePositives} of ${evidence.effects}`,
      intervalText(rates.falsePositives),
      String(scope.pending),
    ]),
  );
  return `Last ${windowDays} days; intervals are Wilson’s at 95 %.\n\n${table}`;
}

function intervalText({ lower, upper }: { readonly lower: number; readonly upper: number }) {
  return `${(lower * 100).toFixed(1)}–${(upper * 100).toFixed(1)} %`;
}
