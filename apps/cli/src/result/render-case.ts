import {
  formatMoney,
  visibleText,
  type ActionState,
  type CaseState,
  type CostAnomaly,
  type Money,
} from '@counterfoil/core';
import type { coloursOf } from '../terminal/terminal.ts';
import { caseResult, type CaseResult } from './main-job-result.ts';

type Colours = ReturnType<typeof coloursOf>;

/** One case in words: cause, dollars, place, conclusion, what is proposed and what is not. */
export function renderCase(state: CaseState, colours: Colours): string {
  const { impact, kind, rootCause, conclusion, complete } = caseResult(state);
  const perDay = formatMoney({ amount: impact.perDay, currency: impact.currency });
  const percent =
    impact.percent === null ? 'new' : `${impact.percent > 0 ? '+' : ''}${impact.percent} %`;
  const gaps = complete ? '' : colours.yellow('  incomplete: something could not be seen');
  const lines = [
    `${colours.bold(kind ?? state.status)}  ${colours.red(`${perDay} a day`)}  ${percent}${gaps}`,
    colours.dim(renderExtent(state.signal.anomaly)),
    rootCause === null ? '' : renderRootCause(rootCause),
    conclusion === null ? '' : visibleText(conclusion),
    ...state.actions.map((action) => renderAction(action, colours)),
    ...(state.proposal?.withheld ?? []).map(({ kind: action, reason }) =>
      colours.dim(`– ${action} not proposed: ${visibleText(reason)}`),
    ),
    colours.dim(state.caseId),
  ];
  return indent(lines.filter((line) => line !== ''));
}

/** Since when, how much so far and how much ahead, with the intervals. */
function renderExtent(anomaly: CostAnomaly): string {
  const { onsetDate, onsetHour, impactTotal, impactInterval, projectedPer30Days } = anomaly;
  const hour = onsetHour === undefined ? '' : ` ${String(onsetHour).padStart(2, '0')}:00 UTC`;
  const within = (low: Money | undefined, high: Money | undefined) =>
    low && high ? ` (80 %: ${formatMoney(low)} to ${formatMoney(high)})` : '';
  const ahead =
    projectedPer30Days === undefined
      ? ''
      : `; ${formatMoney(projectedPer30Days)} in 30 more days${within(impactInterval?.per30DaysLow, impactInterval?.per30DaysHigh)}`;
  return `since ${onsetDate}${hour}: ${formatMoney(impactTotal)} so far${within(impactInterval?.totalLow, impactInterval?.totalHigh)}${ahead}`;
}

function renderAction({ action, status }: ActionState, colours: Colours): string {
  const { kind, estimatedEffect } = action.binding;
  const saving =
    estimatedEffect === null ? '' : `  saves ${formatMoney(estimatedEffect.perDay)} a day`;
  return `→ ${kind}  ${colours.cyan(status.replaceAll('_', ' '))}${saving}  ${colours.dim(action.digest.slice(0, 19))}`;
}

function renderRootCause(rootCause: NonNullable<CaseResult['rootCause']>): string {
  const { subAccountId, serviceName, regionId, usageType, resourceId, share } = rootCause;
  const place = [subAccountId, serviceName, regionId, usageType, resourceId].filter(
    (part) => part !== null,
  );
  return `${place.map(visibleText).join(' · ')} (${Math.round(share * 1000) / 10} % of the change)`;
}

/** Lines set in by two spaces. */
export function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}
