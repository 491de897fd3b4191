import type { CaseState, EvidenceView, Observation } from '@counterfoil/core';
import type { Cause } from '../causes/cause.ts';
import { best, judge } from '../causes/judge.ts';
import { INFLUENCE_BITS_MAX } from '../handles/endorse.ts';
import { handleViews } from '../handles/handle-views.ts';
import type { Playbook } from '../playbooks/playbook.ts';
import type { ToolRegistry } from '../registry/registry.ts';
import {
  bitsTaken,
  CHOICE_TOOL,
  EXTRACT_TOOL,
  isRead,
  recordedAnswer,
} from './ask-investigator.ts';
import type { Choice, ChoiceBounds } from './investigator-output.ts';
import { factsOf } from './references.ts';

const PHRASES_MAX = 3;

/** What a choice is made of. */
export interface ChoiceSetting {
  readonly state: Pick<CaseState, 'caseId' | 'signal' | 'observations'>;
  readonly playbook: Playbook;
  readonly tools: ToolRegistry;
  /** Causes of the playbook, in its order. */
  readonly causes: readonly Cause[];
}

/** What the investigator is told after everything is read. */
export function evidenceOf(setting: ChoiceSetting): EvidenceView {
  const { state, playbook, tools } = setting;
  const { signal, observations, caseId } = state;
  return {
    caseId,
    handles: handleViews(signal, observations.filter(isShown), tools),
    causes: supported(setting).map(({ cause, score }) => ({
      causeId: cause.id,
      title: cause.title,
      score,
      actionKinds: cause.actions,
    })),
    phrases: playbook.phrases.map(({ id, text }) => ({ phraseId: id, text })),
    phrasesMax: PHRASES_MAX,
    bitsLeft: bitsLeft(observations),
  };
}

/**
 * What a choice may name: a cause whose whole signature holds, its kinds of action, phrases of the playbook; and for a
 * parameter the handle that the playbook fills it from.
 */
export function choiceBounds(setting: ChoiceSetting): ChoiceBounds {
  const { state, playbook } = setting;
  const templateOf = (kind: string) =>
    playbook.actions.find((action) => action.kind === kind)?.parameters ?? {};
  return {
    causes: new Map(supported(setting).map(({ cause }) => [cause.id, cause.actions])),
    phrases: new Set(playbook.phrases.map(({ id }) => id)),
    phrasesMax: PHRASES_MAX,
    handlesOf: (kind, parameter) => {
      const usual = templateOf(kind)[parameter];
      return new Set(typeof usual === 'string' && usual.startsWith('$') ? [usual.slice(1)] : []);
    },
    bitsMax: bitsLeft(state.observations),
  };
}

/** The recorded choice; undefined where none was accepted, and the playbook decides alone. */
export function choiceOf(observations: readonly Observation[]): Choice | undefined {
  return recordedAnswer(observations, CHOICE_TOOL)?.value as Choice | undefined;
}

/** Reads, and what came of typed texts; not the plan, which the model made itself. */
function isShown(one: Observation): boolean {
  return isRead(one) || one.tool === EXTRACT_TOOL;
}

function supported({ state, causes }: ChoiceSetting) {
  const reads = state.observations.filter(isRead);
  const facts = factsOf(state.signal, reads);
  const verdicts = causes.map((cause) => judge(cause, facts, reads));
  const usual = best(causes, verdicts);
  return causes.flatMap((cause, place) => {
    const verdict = verdicts[place];
    const isOpen = verdict?.verdict === 'supported' && cause.specificity >= floorOf(usual);
    return isOpen ? [{ cause, score: verdict.score }] : [];
  });
}

/** A supported cause may not be passed over for one that says less. */
function floorOf(usual: Cause | undefined): number {
  return usual?.specificity ?? 0;
}

function bitsLeft(observations: readonly Observation[]): number {
  return INFLUENCE_BITS_MAX - bitsTaken(observations);
}
