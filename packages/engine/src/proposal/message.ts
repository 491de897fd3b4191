import {
  formatMoney,
  type Conclusion,
  type CostAnomaly,
  type Json,
  type Money,
  type Signal,
} from '@counterfoil/core';
import { sanitiseText } from '@counterfoil/guard';
import type { Facts } from '../causes/condition.ts';
import { isKnownTool } from '../causes/fact-catalogue.ts';
import { isRead } from '../investigation/ask-investigator.ts';
import { gapNames } from '../investigation/conclude.ts';
import { instanceIdOf } from '../investigation/references.ts';
import { plain, unmarked } from '../investigation/render.ts';

const OBSERVATIONS_MAX = 12;
const TEXT_LENGTH_MAX = 10_000;

/** What a message or ticket says of a case; built from facts, so that no figure in it was ever typed. */
export interface CaseMessage {
  readonly title: string;
  readonly body: string;
}

/** What a message is made of. */
export interface MessageInput {
  readonly caseId: string;
  readonly signal: Signal;
  readonly conclusion: Conclusion;
  readonly causeTitle: string;
  /** Sentences of the playbook that were chosen, filled. */
  readonly remarks: readonly string[];
}

/** The message of a conclusion. An incomplete one says so first, and names what is missing. */
export function messageOf(input: MessageInput): CaseMessage {
  const { caseId, signal, conclusion, causeTitle, remarks } = input;
  const { complete, gaps } = conclusion.completeness;
  const impact = formatMoney(signal.anomaly.impactPerDay);
  const mark = complete ? '' : 'INCOMPLETE: ';
  const [root] = conclusion.rootCauses;
  const place = root ? ` in account ${plain(root.element.subAccountId ?? 'unknown')}` : '';
  const missing = complete ? [] : [`What could not be seen: ${gapNames(gaps)}.`];
  const resources = (root?.resources ?? [])
    .slice(0, 5)
    .map((one) => `- ${plain(one.resourceId)}: ${formatMoney(one.deltaPerDay)} a day`);
  const behind = observationsBehind(conclusion);
  const evidence = behind
    .slice(0, OBSERVATIONS_MAX)
    .map((one) => `- ${unmarked(`${one.question} ${one.finding} (${one.source})`)}`);
  const others = conclusion.observations.filter(isRead).length - evidence.length;
  return {
    title: safe(`${mark}${causeTitle}: ${impact} a day${place}`),
    body: safe(
      [
        conclusion.summary,
        ...impactLines(signal.anomaly),
        ...remarks,
        ...missing,
        ...(resources.length > 0 ? ['Resources:', ...resources] : []),
        'Evidence:',
        ...evidence,
        ...(others > 0 ? [`Other reads, in the case: ${others}.`] : []),
        `Case ${caseId}, cost basis ${signal.anomaly.basis}, data version ${plain(signal.dataVersion)}.`,
      ].join('\n'),
    ),
  };
}

/** How much the change costs and how sure that is, where the detector said so. */
function impactLines(anomaly: CostAnomaly): readonly string[] {
  const { impactPerDay, impactTotal, impactInterval: interval, onsetDate, lastDate } = anomaly;
  if (interval === undefined) return [];
  const within = (low: Money, high: Money) =>
    `(${interval.confidencePercent} %: ${formatMoney(low)} to ${formatMoney(high)})`;
  return [
    `Impact: ${formatMoney(impactPerDay)} a day ${within(interval.perDayLow, interval.perDayHigh)}, ${formatMoney(impactTotal)} from ${onsetDate} to ${lastDate} ${within(interval.totalLow, interval.totalHigh)}.`,
  ];
}

/** The form in which the executor takes a text: it refuses any other. */
function safe(text: string): string {
  return sanitiseText(text, { lengthMax: TEXT_LENGTH_MAX });
}

/** What the concluded cause rests on; all there is, where it rests on nothing in particular. */
function observationsBehind({ causeId, evidence, observations }: Conclusion) {
  const ids = evidence.find((one) => one.causeId === causeId)?.observationIds ?? [];
  // What a connector that is not ours says may be what somebody typed: such a read is counted, not quoted.
  const reads = observations.filter((one) => isRead(one) && isKnownTool(one.tool));
  return ids.length === 0 ? reads : reads.filter((one) => ids.includes(one.observationId));
}

/** References that only a proposal may use, besides those of an investigation. */
export function proposalReferences(
  message: CaseMessage,
  instanceIds: readonly string[],
): readonly (readonly [string, Json])[] {
  return [
    ['message.title', message.title],
    ['message.body', message.body],
    ...(instanceIds.length > 0 ? [['targets.newInstanceIds', instanceIds] as const] : []),
  ];
}

/**
 * New instances that may be acted on: EC2 itself answered with them as running, the localisation named them, and the bill
 * first knew them with the change. A name that came from anywhere else cannot become a target.
 */
export function newInstanceTargets(facts: Facts, candidates: readonly string[]): readonly string[] {
  const running = listOf(facts['instances.runningIds']);
  const isNew = new Set(listOf(facts['resources.newIds']).map(instanceIdOf));
  return candidates.filter((id) => running.includes(id) && isNew.has(id));
}

function listOf(fact: Facts[string] | undefined): readonly string[] {
  return typeof fact === 'string' ? fact.split(' ') : [];
}
