import type { InvestigationBrief, Observation, Signal } from '@counterfoil/core';
import { sanitiseText } from '@counterfoil/guard';
import { INFLUENCE_BITS_MAX } from '../handles/endorse.ts';
import { handleViews } from '../handles/handle-views.ts';
import type { Playbook, Question } from '../playbooks/playbook.ts';
import type { ToolRegistry } from '../registry/registry.ts';
import { PLAN_TOOL, recordedAnswer } from './ask-investigator.ts';
import type { PlanBounds, PlannedStep } from './investigator-output.ts';
import { REFERENCE_NAMES } from './references.ts';

const DESCRIPTION_LENGTH_MAX = 300;

/** References that exist before a proposal does. */
const READ_REFERENCES = [...REFERENCE_NAMES].filter((name) => /^(anomaly|root)\./.test(name));

/** What a plan is made of. */
export interface PlanSetting {
  readonly signal: Signal;
  readonly playbook: Playbook;
  readonly tools: ToolRegistry;
}

/** What the investigator is told before anything is read. */
export function briefOf(caseId: string, setting: PlanSetting): InvestigationBrief {
  const { signal, tools, playbook } = setting;
  return {
    caseId,
    handles: handleViews(signal, [], tools),
    tools: [...tools.values()]
      .filter(({ name }) => offered(setting).has(name))
      .map(({ name, description, inputSchema }) => ({
        name,
        description: sanitiseText(description, { lengthMax: DESCRIPTION_LENGTH_MAX }),
        inputSchema,
      })),
    questions: playbook.questions.map(({ tool }) => tool),
    references: READ_REFERENCES,
    stepsMax: stepsLeft(playbook),
  };
}

/** What a plan may name: tools that the playbook does not ask anyway, and references of reads. */
export function planBounds(setting: PlanSetting): PlanBounds {
  return {
    tools: offered(setting),
    references: new Set(READ_REFERENCES),
    stepsMax: stepsLeft(setting.playbook),
    bitsMax: INFLUENCE_BITS_MAX,
  };
}

/** The recorded plan as questions after those of the playbook; none where none was accepted. */
export function plannedQuestions(observations: readonly Observation[]): readonly Question[] {
  const steps = (recordedAnswer(observations, PLAN_TOOL)?.value ?? []) as readonly PlannedStep[];
  return steps.map(({ tool, input }) => ({ tool, input: { ...input }, when: [] }));
}

function offered({ playbook, tools }: PlanSetting): ReadonlySet<string> {
  const asked = new Set(playbook.questions.map(({ tool }) => tool));
  return new Set([...tools.keys()].filter((name) => !asked.has(name)));
}

function stepsLeft({ limits, questions }: Playbook): number {
  return Math.max(0, limits.stepsMax - questions.length);
}
