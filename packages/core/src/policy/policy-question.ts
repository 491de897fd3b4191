import type { ActionDeclaration } from '../ports/action-kind.ts';
import type { ActionBinding } from '../proposal/action.ts';
import { AUTONOMY_LEVELS, effectiveAutonomy, factualCaps } from './autonomy.ts';
import type { ApprovalRequirement } from './decision.ts';
import type { Known } from '../signal/data-quality.ts';
import type { ChangeStatus, GateFacts } from './gate-facts.ts';

/** Evidence of people, as policies hear it. */
export interface ApprovalEvidence {
  /** Distinct people whose approval holds. */
  readonly people: number;
  /** The weakest key that counted. */
  readonly assurance: ApprovalRequirement['assurance'];
}

/** What the gate is asked about: the bound action, the executor's own declaration of its kind, and its own facts. */
export interface GateRequest {
  readonly binding: ActionBinding;
  readonly declaration: Pick<ActionDeclaration, 'class' | 'reversibility' | 'targetsMax'>;
  readonly facts: GateFacts;
  readonly nowMs: number;
  /** Present only when the guard itself has verified the approvals. */
  readonly approval?: ApprovalEvidence;
}

/**
 * The question as policies see it, flat, so that a case, an explanation and a change of one attribute all speak of the same
 * names. policies/README.md says what each attribute is and where it comes from.
 */
export interface PolicyQuestion {
  readonly release: string;
  readonly autonomy: number;
  readonly environment: string;
  readonly clearance: number;
  readonly changeRequired: boolean;
  readonly kind: string;
  readonly class: string;
  readonly reversibility: string;
  readonly targets: number;
  readonly targetsMax: number;
  readonly accountCount: number;
  readonly accounts: readonly string[];
  readonly scopeAccounts: readonly string[];
  readonly contentScopes: readonly string[];
  readonly complete: boolean;
  readonly killed: boolean;
  readonly expired: boolean;
  readonly targetIntegrity: number;
  readonly confidentiality: number;
  readonly amountCents: number;
  readonly recentOfKindInAccount: number;
  readonly recentOfKind: number;
  readonly recentOfClass: number;
  readonly recentAmountCents: number;
  readonly frozen: boolean;
  readonly offHours: boolean;
  readonly changeStatus: ChangeStatus;
  readonly tagCoveragePercent: number;
  readonly conformant: Known;
  readonly reconciled: Known;
  readonly approval?: ApprovalEvidence;
}

/** The question that a request comes down to. Pure: same request, same question. */
export function questionOf(request: GateRequest): PolicyQuestion {
  const { binding, declaration, facts, nowMs, approval } = request;
  const labels = Object.values(binding.parameterLabels);
  const accounts = accountsOf(binding);
  return {
    release: binding.release,
    autonomy: AUTONOMY_LEVELS[autonomyIn(facts)],
    environment: binding.environment,
    clearance: facts.clearance,
    changeRequired: facts.changeRequired,
    kind: binding.kind,
    class: declaration.class,
    reversibility: declaration.reversibility,
    targets: new Set(binding.blastRadius.targets).size,
    targetsMax: declaration.targetsMax,
    accountCount: accounts.length,
    accounts,
    scopeAccounts: [...facts.scopeAccounts],
    contentScopes: [...new Set(labels.flatMap((label) => label.scopes))],
    complete: facts.complete,
    killed: facts.killed,
    expired: !(nowMs < Date.parse(binding.expiresAt)),
    targetIntegrity: targetIntegrityOf(binding),
    confidentiality: Math.max(0, ...labels.map((label) => label.confidentiality)),
    amountCents: facts.amountCents,
    recentOfKindInAccount: facts.recent.ofKindInAccount,
    recentOfKind: facts.recent.ofKind,
    recentOfClass: facts.recent.ofClass,
    recentAmountCents: facts.recent.amountCents,
    frozen: facts.freezes.length > 0,
    offHours: facts.offHours,
    changeStatus: facts.changeStatus,
    ...facts.dataQuality,
    ...(approval ? { approval } : {}),
  };
}

/** The caps of the data and the switch hold beside those that the executor's own sources gave. */
function autonomyIn(facts: GateFacts): keyof typeof AUTONOMY_LEVELS {
  const { autonomy } = facts;
  return effectiveAutonomy({
    ...autonomy,
    caps: [...(autonomy.caps ?? []), ...factualCaps(facts)],
  });
}

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
