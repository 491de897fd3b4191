import {
  formatMoney,
  sumDecimals,
  visibleText,
  type CaseState,
  type Money,
} from '@counterfoil/core';
import { coloursOf, type Terminal } from '../terminal/terminal.ts';
import type { MainJobOutcome } from '../up/main-job.ts';
import type { DismissedResult } from './main-job-result.ts';
import { indent, renderCase } from './render-case.ts';
import { renderIngest } from './render-ingest.ts';

type Colours = ReturnType<typeof coloursOf>;

/** The main job's result in words: what was found, what it would save, what waits for whom. */
export function renderSummary(terminal: Terminal, outcome: MainJobOutcome): string {
  const colours = coloursOf(terminal);
  const { result, states, settled } = outcome;
  const { detection, dismissed, ingest, log } = result;
  const parts = [
    ...ingest.map((report) => renderIngest(report, colours)),
    states.length === 0 ? renderNothing(detection, dismissed) : renderCases(states, colours),
    dismissed.length === 0 ? '' : renderDismissed(dismissed, colours),
    states.length === 0 ? '' : renderTotals(states, colours),
    settled ? '' : colours.yellow('Some cases still move: `counterfoil cases list` shows them.'),
    colours.dim(`Transparency log: ${log.size} entries, root ${log.rootHash ?? 'none'}`),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function renderNothing(
  detection: MainJobOutcome['result']['detection'],
  dismissed: readonly DismissedResult[],
): string {
  if (detection === null) {
    return 'The lake is empty: give billing files with --file, or to `counterfoil ingest`.';
  }
  const { seriesCount, daysCount, limits } = detection;
  const looked = `${seriesCount} series over ${daysCount} days were looked at`;
  const verdict =
    dismissed.length === 0
      ? `Nothing found: ${looked}, and no change stands out.`
      : `No case: ${looked}, and what stands out is innocent or too small.`;
  return [verdict, ...limits.map((limit) => `  Note: ${limit}`)].join('\n');
}

function renderCases(states: readonly CaseState[], colours: Colours): string {
  const title = colours.bold(states.length === 1 ? '1 case' : `${states.length} cases`);
  return [title, ...states.map((state) => renderCase(state, colours))].join('\n\n');
}

function renderDismissed(dismissed: readonly DismissedResult[], colours: Colours): string {
  const title = colours.bold(`${dismissed.length} looked at and dismissed`);
  const lines = dismissed.map(({ reason, note, element, impactPerDay }) => {
    const where = Object.values(element).map(String).map(visibleText).join(' · ');
    return `${reason.replaceAll('_', ' ')}  ${formatMoney(impactPerDay)} a day  ${where}\n    ${colours.dim(visibleText(note))}`;
  });
  return [title, indent(lines)].join('\n');
}

function renderTotals(states: readonly CaseState[], colours: Colours): string {
  const waiting = states
    .flatMap((state) => state.actions)
    .filter(({ status }) => status === 'awaiting_approval');
  const savings = waiting.flatMap(({ action }) => action.binding.estimatedEffect?.perDay ?? []);
  const noun = waiting.length === 1 ? 'proposal waits' : 'proposals wait';
  const saving =
    savings.length === 0 ? '' : `; approved, they would save ${sumByCurrency(savings)} a day`;
  return [
    `Together ${sumByCurrency(states.map((state) => state.signal.anomaly.impactPerDay))} a day more than expected.`,
    colours.bold(`${waiting.length} ${noun} for approval${saving}.`),
  ].join('\n');
}

function sumByCurrency(amounts: readonly Money[]): string {
  const currencies = [...new Set(amounts.map(({ currency }) => currency))];
  return currencies
    .map((currency) => {
      const own = amounts.filter((money) => money.currency === currency);
      return formatMoney({ amount: sumDecimals(own.map(({ amount }) => amount)), currency });
    })
    .join(' + ');
}
