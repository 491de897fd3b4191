import {
  InputError,
  type Action,
  type ActionBinding,
  type ActionDeclaration,
  type CaseState,
} from '@counterfoil/core';
import { canonicalJson, sanitiseText, sha256Hex } from '@counterfoil/guard';

/** What the executor knows by itself and holds a proposal against. The agent that wrote the proposal is assumed hostile. */
export interface BindingRules {
  readonly tenant: string;
  readonly policyBundleSha256: string;
  /** Longest time that a proposal may be approved and executed. */
  readonly approvalTtlMs: number;
  /** Environment of an account, from the executor's own settings; undefined where it was given none. */
  readonly environmentOf: ((account: string) => string) | undefined;
}

/** Why a proposal is refused before people are asked. */
export interface BindingProblem {
  readonly code: string;
  readonly reason: string;
}

/** Clocks of agent and executor may differ by this much. */
const CLOCK_SKEW_MS = 60_000;

/**
 * Checks what a proposal says of itself against the executor's own declaration and settings: so that what policy decides
 * upon and what people read on the card (targets, accounts, environment, undo, deadline) is what would run. Null when it holds.
 */
export function checkBinding(
  { binding }: Action,
  declaration: ActionDeclaration,
  state: CaseState,
  rules: BindingRules,
): BindingProblem | null {
  const problem = (code: string, reason: string) => ({ code, reason });
  if (binding.caseId !== state.caseId) {
    return problem('CASE_MISMATCH', `it is bound to case ${binding.caseId}`);
  }
  if (binding.tenant !== rules.tenant) {
    return problem('TENANT_MISMATCH', `it is bound to tenant ${binding.tenant}`);
  }
  if (binding.policyBundleSha256 !== rules.policyBundleSha256) {
    return problem('POLICY_BUNDLE_CHANGED', 'it was proposed under other policies');
  }
  if (binding.parametersSchemaSha256 !== schemaSha256(declaration)) {
    return problem('SCHEMA_MISMATCH', 'agent and executor know this action kind differently');
  }
  if (binding.undo.reversibility !== declaration.reversibility) {
    return problem('REVERSIBILITY_MISMATCH', `${binding.kind} is ${declaration.reversibility}`);
  }
  return (
    checkTargets(binding, declaration) ??
    checkTexts(binding, declaration) ??
    checkPlace(binding, declaration, rules) ??
    checkTimes(binding, rules)
  );
}

function checkTimes(binding: ActionBinding, rules: BindingRules): BindingProblem | null {
  const lifeMs = Date.parse(binding.expiresAt) - Date.parse(binding.proposedAt);
  if (lifeMs > 0 && lifeMs <= rules.approvalTtlMs + CLOCK_SKEW_MS) return null;
  return { code: 'DEADLINE_TOO_LATE', reason: `it would stand for ${lifeMs} ms` };
}

function checkTargets(
  binding: ActionBinding,
  declaration: ActionDeclaration,
): BindingProblem | null {
  try {
    const parsed = declaration.parse(binding.parameters);
    if (canonicalJson(parsed) !== canonicalJson(binding.parameters)) {
      return { code: 'PARAMETERS_INVALID', reason: 'the parameters are not in their final form' };
    }
    const targets = new Set(declaration.targets(parsed));
    const named = new Set(binding.blastRadius.targets);
    if (targets.symmetricDifference(named).size === 0) return null;
    return { code: 'BLAST_RADIUS_MISMATCH', reason: 'it names other targets than it would touch' };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { code: 'PARAMETERS_INVALID', reason: error.message };
  }
}

/** Text for people stands only as the sanitiser leaves it: nothing invisible or reordering, no link, NFKC. */
function checkTexts(
  { parameters }: ActionBinding,
  declaration: ActionDeclaration,
): BindingProblem | null {
  if (declaration.class === 'cloud') return null;
  const unsafe = Object.entries(parameters).find(
    ([, value]) => typeof value === 'string' && value !== sanitised(value),
  );
  if (!unsafe) return null;
  return { code: 'TEXT_UNSAFE', reason: `${unsafe[0]} is not plain text without links` };
}

function sanitised(text: string): string {
  return sanitiseText(text, { lengthMax: text.length });
}

function checkPlace(
  binding: ActionBinding,
  declaration: ActionDeclaration,
  rules: BindingRules,
): BindingProblem | null {
  const isCloud = declaration.class === 'cloud';
  const accounts = isCloud ? [binding.account] : [];
  const isPlaced = isCloud === (binding.account !== '-');
  if (!isPlaced || canonicalJson(binding.blastRadius.accounts) !== canonicalJson(accounts)) {
    return { code: 'BLAST_RADIUS_MISMATCH', reason: 'it names other accounts than it would touch' };
  }
  const environment = isCloud ? rules.environmentOf?.(binding.account) : undefined;
  if (environment === undefined || environment === binding.environment) return null;
  return {
    code: 'ENVIRONMENT_MISMATCH',
    reason: `account ${binding.account} is ${environment}, not ${binding.environment}`,
  };
}

/** Hash of an action kind's parameter schema, as a binding carries it. */
export function schemaSha256(declaration: Pick<ActionDeclaration, 'parametersSchema'>): string {
  return sha256Hex(canonicalJson(declaration.parametersSchema));
}
