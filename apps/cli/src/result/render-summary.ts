import { formatMoney, visibleText, type JsonObject } from '@counterfoil/core';
import type { MainJobOutcome } from '../up/main-job.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { coloursOf } from '../terminal/terminal.ts';
import type { CaseResult, DismissedResult, MainJobResult } from './main-job-result.ts';
import { renderIngest } from './render-ingest.ts';

type Colours = ReturnType<typeof coloursOf>;

/** The main job's result in words: what was found, what it would save, what waits for whom. */
export function renderSummary(
  terminal: Terminal,
  { result, detection, settled }: MainJobOutcome,
): string {
  const colours = coloursOf(terminal);
  const { cases, dismissed, ingest, log } = result;
  const parts = [
    ...ingest.map((report) => renderIngest(report, colours)),
    cases.length === 0 ? renderNothing(detection, dismissed) : renderCases(cases, colours),
    dismissed.length === 0 ? '' : renderDismissed(dismissed, colours),
    renderTotals(result, colours),
    settled ? '' : colours.yellow('Some cases still move: `counterfoil cases list` shows them.'),
    colours.dim(`Transparency log: ${log.size} entries, root ${log.rootHash ?? 'none'}`),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function renderNothing(
  { seriesCount, daysCount }: MainJobOutcome['detection'],
  dismissed: readonly DismissedResult[],
): string {
  const looked = `${seriesCount} series over ${daysCount} days were looked at`;
  return dismissed.length === 0
    ? `Nothing found: ${looked}, and no change stands out.`
    : `No case: ${looked}, and what stands out is innocent or too small.`;
}

function renderCases(cases: readonly CaseResult[], colours: Colours): string {
  const title = colours.bold(cases.length === 1 ? '1 case' : `${cases.length} cases`);
  return [title, ...cases.map((found) => renderCase(found, colours))].join('\n\n');
}

/** One case in words. */
export function renderCase(found: CaseResult, colours: Colours): string {
  const { impact, kind, rootCause, conclusion, proposals, withheld } = found;
  const perDay = formatMoney({ amount: impact.perDay, currency: impact.currency });
  const percent =
    impact.percent === null ? 'new' : `${impact.percent > 0 ? '+' : ''}${impact.percent} %`;
  const complete = found.complete
    ? ''
    : colours.yellow('  incomplete: something could not be seen');
  const lines = [
    `${colours.bold(kind ?? found.status)}  ${colours.red(`${perDay} a day`)}  ${percent}${complete}`,
    rootCause === null ? '' : renderRootCause(rootCause),
    conclusion === null ? '' : visibleText(conclusion),
    ...proposals.map(
      ({ kind: action, digest, status }) =>
        `→ ${action}  ${colours.cyan(status.replaceAll('_', ' '))}  ${colours.dim(digest.slice(0, 19))}`,
    ),
    ...withheld.map(({ kind: action, reason }) =>
      colours.dim(`– ${action} not proposed: ${visibleText(reason)}`),
    ),
    colours.dim(found.id),
  ];
  return indent(lines.filter((line) => line !== ''));
}

function renderRootCause(rootCause: NonNullable<CaseResult['rootCause']>): string {
  const { subAccountId, serviceName, regionId, usageType, resourceId, share } = rootCause;
  const place = [subAccountId, serviceName, regionId, usageType, resourceId].filter(
    (part) => part !== null,
  );
  return `${place.map(visibleText).join(' · ')} (${Math.round(share * 1000) / 10} % of the change)`;
}

function renderDismissed(dismissed: readonly DismissedResult[], colours: Colours): string {
  const title = colours.bold(`${dismissed.length} looked at and dismissed`);
  const lines = dismissed.map(({ reason, note, element, impactPerDay }) => {
    const where = Object.values(element as JsonObject)
      .map(String)
      .map(visibleText)
      .join(' · ');
    return `${reason.replaceAll('_', ' ')}  ${formatMoney(impactPerDay)} a day  ${where}\n    ${colours.dim(visibleText(note))}`;
  });
  return [title, indent(lines)].join('\n');
}

function renderTotals({ cases }: MainJobResult, colours: Colours): string {
  const waiting = cases
    .flatMap((found) => found.proposals)
    .filter(({ status }) => status === 'awaiting_approval');
  if (waiting.length === 0) return '';
  const noun = waiting.length === 1 ? 'proposal waits' : 'proposals wait';
  return colours.bold(`${waiting.length} ${noun} for approval`);
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}
