import type { ActionPlan, Label } from '@counterfoil/core';

/**
 * Who decides which cause is concluded and which actions are offered: the playbook, or a model among what the evidence
 * supports. Agent and executor are told by their own settings; the agent's word is not taken.
 */
export type Control = 'playbook' | 'model';

/** The plan with the labels that follow from who was in control: a model's choice is endorsed (1), never trusted (2). */
export function underControl(plan: ActionPlan, control: Control = 'playbook'): ActionPlan {
  if (control === 'playbook') return plan;
  const parameterLabels = Object.fromEntries(
    Object.entries(plan.parameterLabels).map(([name, label]): [string, Label] => [
      name,
      { ...label, integrity: label.integrity === 2 ? 1 : label.integrity },
    ]),
  );
  return { ...plan, parameterLabels };
}
