import {
  invariant,
  type CaseState,
  type CaseStore,
  type Clock,
  type Gap,
  type Investigator,
  type JsonObject,
  type Observation,
} from '@counterfoil/core';
import type { Catalogue } from '../causes/catalogue.ts';
import { test } from '../causes/condition.ts';
import { commitStep } from '../durable/commit-step.ts';
import { nextJob } from '../durable/jobs.ts';
import { payloadField, type StageHandler } from '../durable/payload.ts';
import type { Wait } from '../durable/wait.ts';
import { askChoice, askPlan, CHOICE_TOOL, isRead } from '../investigation/ask-investigator.ts';
import { choiceBounds, evidenceOf } from '../investigation/choice.ts';
import { conclude } from '../investigation/conclude.ts';
import { extractNext } from '../investigation/extract.ts';
import { parseChoice, parsePlan } from '../investigation/investigator-output.ts';
import { observe } from '../investigation/observe.ts';
import { briefOf, planBounds, plannedQuestions } from '../investigation/plan.ts';
import { factsOf, fill, referencesOf } from '../investigation/references.ts';
import type { Playbook, Question } from '../playbooks/playbook.ts';
import type { ToolRegistry } from '../registry/registry.ts';

export interface InvestigateDependencies {
  readonly cases: CaseStore;
  readonly tools: ToolRegistry;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly wait: Wait;
  /** Adds reads and chooses among what the evidence supports; without one the playbook alone decides. */
  readonly investigator?: Investigator;
}

/**
 * Case → observations, one step each, → conclusion. A crash repeats at most the read that was under way. An investigator's plan is
 * on record before the first read, and its choice comes after the last.
 */
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
      const observation =
        (await planFirst(dependencies, state, playbook)) ??
        (await readNext(dependencies, state, { playbook, elapsedMs })) ??
        (await extractLater(dependencies, state, playbook)) ??
        (await chooseLast(dependencies, state, playbook));
      if (observation === null) {
        const { unasked } = remaining(dependencies, state, { playbook, elapsedMs });
        return await commitConclusion(dependencies, state, unasked);
      }
      await commitStep(cases, caseId, (fresh) =>
        isAsked(fresh, observation.observationId)
          ? null
          : { events: [{ type: 'tool_called', observation }], jobs: [] },
      );
    }
  };
}

interface Progress {
  readonly playbook: Playbook;
  readonly elapsedMs: number;
}

/** The plan, where there is an investigator that was not asked yet. Nothing has been read at that time. */
async function planFirst(
  { investigator, tools }: InvestigateDependencies,
  state: CaseState,
  playbook: Playbook,
): Promise<Observation | null> {
  if (!investigator || state.observations.length > 0) return null;
  const setting = { signal: state.signal, playbook, tools };
  return await askPlan(investigator, briefOf(state.caseId, setting), (output) =>
    parsePlan(output, planBounds(setting)),
  );
}

/** Typed texts, in quarantine, when everything was read. */
async function extractLater(
  { investigator }: InvestigateDependencies,
  state: CaseState,
  playbook: Playbook,
): Promise<Observation | null> {
  return investigator ? await extractNext(investigator, state, playbook) : null;
}

/** The choice, once, when everything was read. */
async function chooseLast(
  { investigator, tools, catalogue }: InvestigateDependencies,
  state: CaseState,
  playbook: Playbook,
): Promise<Observation | null> {
  if (!investigator || state.observations.some(({ tool }) => tool === CHOICE_TOOL)) return null;
  const causes = catalogue.causesOf(playbook);
  const setting = { state, playbook, tools, causes };
  return await askChoice(investigator, evidenceOf(setting), (output) =>
    parseChoice(output, choiceBounds(setting)),
  );
}

function remaining(
  { tools }: InvestigateDependencies,
  state: CaseState,
  { playbook, elapsedMs }: Progress,
): NextStep {
  return nextStep({ playbook, tools }, state, elapsedMs);
}

/** The next read of the playbook or of the plan; null where nothing is left to read. */
async function readNext(
  dependencies: InvestigateDependencies,
  state: CaseState,
  progress: Progress,
): Promise<Observation | null> {
  const next = remaining(dependencies, state, progress);
  return next.type === 'conclude'
    ? null
    : await ask(dependencies, state, { playbook: progress.playbook, ...next });
}

type NextStep =
  | {
      readonly type: 'ask';
      readonly question: Pick<Question, 'tool'>;
      readonly observationId: string;
      readonly input: JsonObject;
      readonly unasked: readonly Gap[];
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
  const planned = plannedQuestions(state.observations);
  const reads = state.observations.filter(isRead);
  for (const [position, question] of [...playbook.questions, ...planned].entries()) {
    const observationId = `obs-${position + 1}`;
    if (isAsked(state, observationId)) continue;
    if (!question.when.every((condition) => test(condition, facts) === 'true')) continue;
    const input = fill(question.input, references);
    const gap = (code: string, note: string) => unasked.push({ tool: question.tool, code, note });
    if (reads.length >= stepsMax) gap('STEPS', `the limit is ${stepsMax} steps`);
    else if (elapsedMs >= durationMs) gap('DURATION', `the limit is ${durationMs} ms`);
    else if (!tools.has(question.tool)) gap('NOT_CONFIGURED', 'this tool has no connection here');
    else if (!input) gap('NOT_ASKED', 'what it asks about is not known');
    else return { type: 'ask', question, observationId, input, unasked };
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
    readonly question: Pick<Question, 'tool'>;
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
