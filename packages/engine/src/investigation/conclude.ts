import {
  invariant,
  type Conclusion,
  type Gap,
  type Observation,
  type Signal,
} from '@counterfoil/core';
import { UNEXPLAINED, type Cause } from '../causes/cause.ts';
import { best, judge, type CauseVerdict } from '../causes/judge.ts';
import { choiceOf } from './choice.ts';
import { factsOf, rootCausesOf } from './references.ts';
import { render } from './render.ts';

/** What a conclusion is made of; everything is journaled, so the same conclusion can be made again. */
export interface ConcludeInput {
  readonly signal: Signal;
  readonly observations: readonly Observation[];
  /** Causes of the playbook, in its order. */
  readonly causes: readonly Cause[];
  /** What was not asked at all. */
  readonly unasked: readonly Gap[];
}

/** Scores the causes and concludes: the best supported one, its evidence, and what could not be seen. Pure. */
export function conclude(input: ConcludeInput): Conclusion {
  const { signal, observations, causes, unasked } = input;
  const facts = factsOf(signal, observations);
  const verdicts = causes.map((cause) => judge(cause, facts, observations));
  const chosen = chosenCause(input, verdicts);
  const cause = chosen ?? best(causes, verdicts);
  invariant(cause, 'the catalogue was checked, yet no cause, not even the fallback, is supported');
  // The fallback is supported whatever the facts are: beside a cause that explains the change it says nothing.
  const evidence = verdicts.filter(
    ({ causeId }) => causeId === cause.id || causeId !== UNEXPLAINED,
  );
  const gaps = [...gapsOf(observations), ...unasked];
  const summary = render(cause.summary, facts);
  return {
    causeId: cause.id,
    summary: gaps.length === 0 ? summary : `INCOMPLETE (${gapNames(gaps)}). ${summary}`,
    rootCauses: rootCausesOf(facts),
    evidence,
    observations,
    completeness: { complete: gaps.length === 0, gaps },
  };
}

/** The cause that an investigator chose, where the evidence supports it. */
function chosenCause(
  { observations, causes }: ConcludeInput,
  verdicts: readonly CauseVerdict[],
): Cause | undefined {
  const causeId = choiceOf(observations)?.causeId;
  const isSupported = verdicts.some(
    (one) => one.causeId === causeId && one.verdict === 'supported',
  );
  return isSupported ? causes.find((cause) => cause.id === causeId) : undefined;
}

/** The tools whose answer is missing, for people. */
export function gapNames(gaps: readonly Gap[]): string {
  return [...new Set(gaps.map((gap) => `${gap.tool}: ${gap.code}`))].join(', ');
}

function gapsOf(observations: readonly Observation[]): readonly Gap[] {
  return observations
    .filter((one) => one.status === 'failed' || one.status === 'truncated')
    .map((one) => ({
      tool: one.tool,
      code: String(one.facts['failure.code'] ?? one.status.toUpperCase()),
      note: one.finding,
    }));
}
