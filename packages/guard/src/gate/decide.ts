import { createHash } from 'node:crypto';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { ASSURANCE_RANK, questionOf, strictestRequirement } from '@counterfoil/core';
import type { GateRequest, PolicyDecision, PolicyQuestion } from '@counterfoil/core';
import { canonicalJson } from '../canonical/canonical-json.ts';
import type { PolicyBundle } from './policy-bundle.ts';

/** The gate: answers what `questionOf` makes of a request; see {@link answerQuestion}. */
export function decide(bundle: PolicyBundle, request: GateRequest): PolicyDecision {
  const { binding, nowMs } = request;
  return answerQuestion(bundle, questionOf(request), [binding.actionId, binding.nonce, nowMs]);
}

/**
 * Asks the policies whether the action may run with the evidence at hand; if not, whether people may be asked; otherwise
 * denies. A malformed question, an error inside a policy (Cedar skips an erring forbid: cedar issue 2428), an unknown value or
 * a contradictory requirement is a denial. Same bundle, question and subject (what and when), same decision id.
 */
export function answerQuestion(
  bundle: PolicyBundle,
  question: PolicyQuestion,
  subject: readonly (string | number)[],
): PolicyDecision {
  const decisionId = decisionIdOf([bundle.sha256, ...subject, question.approval ?? null]);
  const base = { decisionId, policyBundleSha256: bundle.sha256 };
  const execute = ask(bundle, question, 'execute');
  if (execute.type === 'permitted') return { ...base, type: 'allow', policyIds: execute.policyIds };
  if (execute.type === 'failed') return { ...base, ...denial(execute.reason, []) };
  if (question.approval) {
    return { ...base, ...denial('the approval does not suffice', execute.policyIds) };
  }
  const approval = ask(bundle, question, 'request_approval');
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
  question: PolicyQuestion,
  action: 'execute' | 'request_approval',
): Answer {
  try {
    const answer = cedar.statefulIsAuthorized({
      ...cedarRequest(question),
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

const RELEASE = { type: 'Counterfoil::Release', id: 'asking' };
const SINK = { type: 'Counterfoil::Sink', id: 'asked' };

function cedarRequest(question: PolicyQuestion) {
  const { autonomy, environment, clearance, changeRequired, approval, ...rest } = question;
  const evidence = approval && { ...approval, assurance: ASSURANCE_RANK[approval.assurance] };
  return {
    principal: RELEASE,
    resource: SINK,
    context: cedarValue({ ...rest, ...(evidence ? { approval: evidence } : {}) }),
    entities: [
      { uid: RELEASE, attrs: cedarValue({ autonomy }), parents: [] },
      { uid: SINK, attrs: cedarValue({ environment, clearance, changeRequired }), parents: [] },
    ],
  };
}

/** Plain values stay what they are: Cedar reads escapes such as `__entity` in objects only, and no object here is from outside. */
function cedarValue(attributes: object): Record<string, cedar.CedarValueJson> {
  return attributes as Record<string, cedar.CedarValueJson>;
}

function denial(reason: string, policyIds: readonly string[]) {
  return { type: 'deny' as const, reason, policyIds };
}

function reasonOf(policyIds: readonly string[]): string {
  return policyIds.length === 0 ? 'no rule permits it' : `forbidden by ${policyIds.join(', ')}`;
}

function decisionIdOf(asked: readonly unknown[]): string {
  return `dec_${createHash('sha256').update(canonicalJson(asked)).digest('hex').slice(0, 24)}`;
}
