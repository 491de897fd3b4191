import {
  type EvidenceView,
  type InvestigationBrief,
  type Investigator,
  type Observation,
} from '@counterfoil/core';
import { sanitiseText } from '@counterfoil/guard';
import type { Parsed } from './investigator-output.ts';
import { withinTime } from './within-time.ts';

/** Under these names an investigator's answers stand among the observations of a case, so that they are never asked for twice. */
export const PLAN_TOOL = 'investigator.plan';
export const CHOICE_TOOL = 'investigator.choose';

export const EXTRACT_TOOL = 'investigator.extract';

/** Longest time that one answer may take. */
const ANSWER_TIMEOUT_MS = 120_000;
const NAME_LENGTH_MAX = 100;

/** Whether an observation is a read, and not an answer of the investigator. */
export function isRead({ tool }: Pick<Observation, 'tool'>): boolean {
  return tool !== PLAN_TOOL && tool !== CHOICE_TOOL && tool !== EXTRACT_TOOL;
}

/** The answer that stands in the record; undefined where none was accepted. */
export function recordedAnswer(
  observations: readonly Observation[],
  tool: typeof PLAN_TOOL | typeof CHOICE_TOOL,
): { readonly value: unknown; readonly bits: number } | undefined {
  const facts = observations.find((one) => one.tool === tool)?.facts;
  const json = facts?.['investigator.answerJson'];
  if (typeof json !== 'string') return undefined;
  return { value: JSON.parse(json), bits: Number(facts?.['investigator.bits']) };
}

/** Asks for the plan, before anything is read. */
export async function askPlan(
  investigator: Investigator,
  brief: InvestigationBrief,
  parse: (output: unknown) => Parsed<unknown>,
): Promise<Observation> {
  const answer = await answerOf((signal) => investigator.plan(brief, signal));
  return recordOf(investigator, PLAN_TOOL, parse(answer));
}

/** Asks for the choice, after everything is read. */
export async function askChoice(
  investigator: Investigator,
  evidence: EvidenceView,
  parse: (output: unknown) => Parsed<unknown>,
): Promise<Observation> {
  const answer = await answerOf((signal) => investigator.choose(evidence, signal));
  return recordOf(investigator, CHOICE_TOOL, parse(answer));
}

/** Bits of choice and of influence that a case has taken so far. */
export function bitsTaken(observations: readonly Observation[]): number {
  return observations.reduce((sum, { facts }) => sum + Number(facts['investigator.bits'] ?? 0), 0);
}

/** Whatever goes wrong on the other side, from a lost connection to a thrown lie, is no answer. */
export async function answerOf(ask: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> {
  try {
    return await withinTime(ANSWER_TIMEOUT_MS, 'the investigator', ask);
  } catch {
    return undefined;
  }
}

function recordOf(
  investigator: Investigator,
  tool: typeof PLAN_TOOL | typeof CHOICE_TOOL,
  parsed: Parsed<unknown>,
): Observation {
  const isPlan = tool === PLAN_TOOL;
  const base = {
    observationId: isPlan ? 'obs-plan' : 'obs-choice',
    tool,
    question: isPlan ? 'What else should be read?' : 'Which of the supported causes is it?',
    source: sanitiseText(investigator.name, { lengthMax: NAME_LENGTH_MAX }),
  };
  if (parsed.type === 'refused') {
    return {
      ...base,
      status: 'no_data',
      finding: `The answer was refused (${parsed.code}); the playbook stands.`,
      facts: { 'investigator.refusal': parsed.code },
    };
  }
  return {
    ...base,
    status: 'answered',
    finding: `An answer was accepted; it took ${parsed.bits} bits of choice.`,
    facts: {
      'investigator.answerJson': JSON.stringify(parsed.value),
      'investigator.bits': parsed.bits,
    },
  };
}
