import { createHash } from 'node:crypto';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type {
  ActionBinding,
  ActionDeclaration,
  ApprovalRequirement,
  PolicyDecision,
} from '@counterfoil/core';
import type { PolicyBundle } from './policy-bundle.ts';
import { strictestRequirement } from './requirement.ts';

/** How far a release may go; the number is what policies compare. */
export const AUTONOMY_LEVELS = { observe: 0, copilot: 1, approve: 2, autonomous: 3 } as const;

/** Name of an autonomy level. */
export type AutonomyLevel = keyof typeof AUTONOMY_LEVELS;

/** What the gate is asked. Every field is the asker's own knowledge, none comes from a model. */
export interface GateRequest {
  readonly binding: ActionBinding;
  readonly declaration: Pick<ActionDeclaration, 'class' | 'reversibility' | 'targetsMax'>;
  /** Whether the conclusion behind the action saw everything. */
  readonly complete: boolean;
  readonly killed: boolean;
  /** Accounts that the case may touch, from its signal. */
  readonly scopeAccounts: readonly string[];
  readonly autonomy: AutonomyLevel;
  readonly nowMs: number;
  /** Present only when the guard itself has verified the approvals. */
  readonly approval?: {
    readonly people: number;
    readonly assurance: ApprovalRequirement['assurance'];
  };
}

/**
 * The gate. Asks the policies whether the action may run with the evidence at hand; if not, whether people may be
 * asked; otherwise denies. A malformed request, an error inside a policy (Cedar skips an erring forbid: cedar issue 2428),
 * an unknown value or a contradictory requirement is a denial.
 */
export function decide(bundle: PolicyBundle, request: GateRequest): PolicyDecision {
  const base = { decisionId: decisionIdOf(bundle, request), policyBundleSha256: bundle.sha256 };
  const execute = ask(bundle, request, 'execute');
  if (execute.type === 'permitted') return { ...base, type: 'allow', policyIds: execute.policyIds };
  if (execute.type === 'failed') return { ...base, ...denial(execute.reason, []) };
  if (request.approval) {
    return { ...base, ...denial('the approval does not suffice', execute.policyIds) };
  }
  const approval = ask(bundle, request, 'request_approval');
  if (approval.type === 'failed') return { ...base, ...denial(approval.reason, []) };
  if (approval.type === 'refused') {
    return { ...base, ...denial(reasonOf(approval.policyIds), approval.policyIds) };
  }
  const requirement = strictestRequirement(
    approval.policyIds.flatMap((id) => bundle.requirements.get(id) ?? []),
  );
  const { policyIds } = approval;
  if (!requirement) return { ...base, ...denial('no rule says whom to ask', policyIds) };
  return { ...base, type: 'require_approval', policyIds, requirement };
}

type Answer =
  | { readonly type: 'permitted' | 'refused'; readonly policyIds: readonly string[] }
  | { readonly type: 'failed'; readonly reason: string };

function ask(
  bundle: PolicyBundle,
  request: GateRequest,
  action: 'execute' | 'request_approval',
): Answer {
  try {
    const answer = cedar.statefulIsAuthorized({
      ...cedarRequest(request),
      action: { type: 'Counterfoil::Action', id: action },
      preparsedSchemaName: bundle.engineId,
      preparsedPolicySetId: bundle.engineId,
      validateRequest: true,
    });
    if (answer.type !== 'success') {
      return { type: 'failed', reason: answer.errors.map((error) => error.message).join('; ') };
    }
    const { decision, diagnostics } = answer.response;
    const [error] = diagnostics.errors;
    if (error) return { type: 'failed', reason: `${error.policyId}: ${error.error.message}` };
    const policyIds = diagnostics.reason.toSorted();
    return { type: decision === 'allow' ? 'permitted' : 'refused', policyIds };
  } catch (error) {
    return {
      type: 'failed',
      reason: error instanceof Error ? error.message : 'policy engine failed',
    };
  }
}

function cedarRequest(request: GateRequest) {
  const { binding } = request;
  const release = { type: 'Counterfoil::Release', id: binding.release };
  const sink = { type: 'Counterfoil::Sink', id: `${binding.account}/${binding.kind}` };
  const autonomy = AUTONOMY_LEVELS[request.autonomy];
  return {
    principal: release,
    resource: sink,
    context: contextOf(request),
    entities: [
      { uid: release, attrs: { autonomy }, parents: [] },
      { uid: sink, attrs: { environment: binding.environment }, parents: [] },
    ],
  };
}

function contextOf(request: GateRequest) {
  const { binding, declaration, approval } = request;
  const labels = Object.values(binding.parameterLabels);
  return {
    kind: binding.kind,
    class: declaration.class,
    reversibility: declaration.reversibility,
    targets: new Set(binding.blastRadius.targets).size,
    targetsMax: declaration.targetsMax,
    accounts: accountsOf(binding),
    scopeAccounts: [...request.scopeAccounts],
    complete: request.complete,
    killed: request.killed,
    expired: !(request.nowMs < Date.parse(binding.expiresAt)),
    targetIntegrity: targetIntegrityOf(binding),
    confidentialityMax: Math.max(0, ...labels.map((label) => label.confidentiality)),
    ...(approval
      ? { approval: { people: approval.people, assurance: ASSURANCE[approval.assurance] } }
      : {}),
  };
}

const ASSURANCE = { chat: 0, key: 1, passkey: 2 } as const;

function accountsOf(binding: ActionBinding): string[] {
  const own = binding.account === '-' ? [] : [binding.account];
  return [...new Set([...own, ...binding.blastRadius.accounts])];
}

/**
 * The least integrity among the parameters that carry a target. A parameter without a label counts as untrusted, and so
 * does a binding whose targets stand in no labelled parameter.
 */
function targetIntegrityOf(binding: ActionBinding): number {
  const { parameters, parameterLabels, blastRadius } = binding;
  const carriers = Object.entries(parameters).filter(([, value]) =>
    blastRadius.targets.some((target) => JSON.stringify(value).includes(JSON.stringify(target))),
  );
  if (carriers.length === 0) return 0;
  return Math.min(...carriers.map(([name]) => parameterLabels[name]?.integrity ?? 0));
}

function denial(reason: string, policyIds: readonly string[]) {
  return { type: 'deny' as const, reason, policyIds };
}

function reasonOf(policyIds: readonly string[]): string {
  return policyIds.length === 0 ? 'no rule permits it' : `forbidden by ${policyIds.join(', ')}`;
}

/** Same question, same bundle, same id; the time of asking is part of the question. */
function decisionIdOf(bundle: PolicyBundle, request: GateRequest): string {
  const text = JSON.stringify([
    bundle.sha256,
    request.binding.actionId,
    request.binding.nonce,
    request.nowMs,
    request.approval ?? null,
  ]);
  return `dec_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
}
