import {
  InputError,
  type ActionContext,
  type ActionPlanner,
  type ActionBinding,
} from '@counterfoil/core';
import { canonicalJson } from '@counterfoil/guard';
import { underControl, type Control } from '../proposal/control.ts';
import type { BindingProblem } from './check-binding.ts';

/** What a card says of an action besides its parameters. */
const PLANNED = ['parameterLabels', 'preconditions', 'preview', 'blastRadius', 'undo'] as const;

/** What the executor knows by itself of how an action kind is planned. */
export interface PlanRules {
  /** The executor's own planner of the kind, over its own reads; undefined where it has none. */
  readonly planner: ActionPlanner | undefined;
  readonly control: Control | undefined;
}

/**
 * Plans the action again, with the executor's own planner, tables and reads, and compares: labels, preconditions, preview, blast
 * radius and undo steps of a proposal are the agent's word until they are the executor's as well. Null when all agree.
 * An outside that fails throws, and the job is tried again.
 */
export async function checkPlan(
  binding: ActionBinding,
  context: ActionContext,
  { planner, control }: PlanRules,
): Promise<BindingProblem | null> {
  if (!planner) {
    return { code: 'PLANNER_MISSING', reason: `the executor cannot plan ${binding.kind} itself` };
  }
  try {
    const parameters = planner.parse(binding.parameters);
    const own = underControl(await planner.plan(parameters, context), control);
    const other = PLANNED.find((part) => canonicalJson(own[part]) !== canonicalJson(binding[part]));
    if (other === undefined) return null;
    return { code: 'PLAN_MISMATCH', reason: `the executor finds another ${other} than the agent` };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { code: error.code, reason: error.message };
  }
}
