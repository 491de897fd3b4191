import {
  invariant,
  type CaseState,
  type CaseStore,
  type Clock,
  type Gap,
  type JsonObject,
  type Observation,
} from '@counterfoil/core';
import type { Catalogue } from '../causes/catalogue.ts';
import { test } from '../causes/condition.ts';
import { commitStep } from '../durable/commit-step.ts';
import { nextJob } from '../durable/jobs.ts';
import { payloadField, type StageHandler } from '../durable/payload.ts';
import type { Wait } from '../durable/wait.ts';
import { conclude } from '../investigation/conclude.ts';
import { observe } from '../investigation/observe.ts';
import { factsOf, fill, referencesOf } from '../investigation/references.ts';
import type { Playbook, Question } from '../playbooks/playbook.ts';
import type { ToolRegistry } from '../registry/registry.ts';

export interface InvestigateDependencies {
  readonly cases: CaseStore;
  readonly tools: ToolRegistry;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly wait: Wait;
}

/** Case → observations, one step each, → conclusion. A crash repeats at most the read that was under way. */
export function createInvestigate(dependencies: InvestigateDependencies): StageHandler {
  const { cases, catalogue, clock } = dependencies;
  return async (payload) => {
    const caseId = payloadField(payload, 'caseId');
    const startedMs = clock.nowMs();
    for (;;) {
      const state = await cases.load(caseId);
      if (state?.status !== 'investigating') return;
      const playbook = catalogue.playbookFor(state.signal);
      const elapsedMs = clock.nowMs() - startedMs;
      const next = nextStep({ playbook, tools: dependencies.tools }, state, elapsedMs);
      if (next.type === 'conclude')
        return await commitConclusion(dependencies, state, next.unasked);
      const observation = await ask(dependencies, state, { playbook, ...next });
      await commitStep(cases, caseId, (fresh) =>
        isAsked(fresh, observation.observationId)
          ? null
          : { events: [{ type: 'tool_called', observation }], jobs: [] },
      );
    }
  };
}

type NextStep =
  | {
      readonly type: 'ask';
      readonly question: Question;
      readonly observationId: string;
      readonly input: JsonObject;
    }
  | { readonly type: 'conclude'; readonly unasked: readonly Gap[] };

/** The first question that is needed, can be asked and was not asked yet; or the end, naming what was not asked. */
export function nextStep(
  { playbook, tools }: { readonly playbook: Playbook; readonly tools: ToolRegistry },
  state: CaseState,
  elapsedMs: number,
): NextStep {
  const facts = factsOf(state.signal, state.observations);
  const references = referencesOf(state.signal, facts);
  const { stepsMax, durationMs } = playbook.limits;
  const unasked: Gap[] = [];
  for (const [position, question] of playbook.questions.entries()) {
    const observationId = `obs-${position + 1}`;
    if (isAsked(state, observationId)) continue;
    if (!question.when.every((condition) => test(condition, facts) === 'true')) continue;
    const input = fill(question.input, references);
    const gap = (code: string, note: string) => unasked.push({ tool: question.tool, code, note });
    if (state.observations.length >= stepsMax) gap('STEPS', `the limit is ${stepsMax} steps`);
    else if (elapsedMs >= durationMs) gap('DURATION', `the limit is ${durationMs} ms`);
    else if (!tools.has(question.tool)) gap('NOT_CONFIGURED', 'this tool has no connection here');
    else if (!input) gap('NOT_ASKED', 'what it asks about is not known');
    else return { type: 'ask', question, observationId, input };
  }
  return { type: 'conclude', unasked };
}

function isAsked(state: CaseState, observationId: string): boolean {
  return state.observations.some((one) => one.observationId === observationId);
}

async function ask(
  { tools, wait }: InvestigateDependencies,
  state: CaseState,
  next: {
    readonly playbook: Playbook;
    readonly question: Question;
    readonly observationId: string;
    readonly input: JsonObject;
  },
): Promise<Observation> {
  const tool = tools.get(next.question.tool);
  invariant(tool, `tool ${next.question.tool} was asked, yet it is not registered`);
  const context = { caseId: state.caseId, scopeAccounts: state.signal.scopeAccounts };
  const factBytesMax = next.playbook.limits.observationBytesMax;
  return await observe(
    { observationId: next.observationId, tool, input: next.input, context, factBytesMax },
    wait,
  );
}

async function commitConclusion(
  { cases, catalogue }: InvestigateDependencies,
  state: CaseState,
  unasked: readonly Gap[],
): Promise<void> {
  await commitStep(cases, state.caseId, (fresh) => {
    if (fresh.status !== 'investigating') return null;
    const { signal, observations } = fresh;
    const causes = catalogue.causesOf(catalogue.playbookFor(signal));
    const conclusion = conclude({ signal, observations, causes, unasked });
    return {
      events: [{ type: 'conclusion_reached', conclusion }],
      jobs: [nextJob.propose(fresh.caseId)],
    };
  });
}
