import type {
  Action,
  ActionPlan,
  ActionPlanner,
  JsonObject,
  Money,
  RootCause,
} from '@counterfoil/core';
import { bindAction } from '@counterfoil/guard';
import { schemaSha256 } from '../execution/check-binding.ts';

/** What every binding of this release carries. */
export interface ProposalIdentity {
  readonly tenant: string;
  readonly release: string;
  readonly proposer: string;
  readonly onBehalfOf: string;
  readonly policyBundleSha256: string;
  /** Environment of an account for policy. */
  environmentOf(account: string): string;
}

/** One planned action, before it is bound. */
export interface BindRequest {
  readonly actionId: string;
  readonly caseId: string;
  readonly planner: ActionPlanner;
  readonly parameters: JsonObject;
  readonly plan: ActionPlan;
  readonly place: ActionPlace;
  readonly perDay: Money | null;
  /** The change record under which it is proposed; null where there is none. */
  readonly changeId: string | null;
  readonly nowMs: number;
  readonly approvalTtlMs: number;
  readonly nonce: string;
}

/** Where an action acts; `-` for one outside any account. `about` is the account that it is about. */
export interface ActionPlace {
  readonly account: string;
  readonly region: string;
  readonly about: string;
}

/** A message or a ticket acts in no account; a change of the cloud acts where the root cause is. */
export function placeOf(planner: ActionPlanner, rootCauses: readonly RootCause[]): ActionPlace {
  const element = rootCauses[0]?.element;
  const about = element?.subAccountId ?? '-';
  if (planner.class !== 'cloud') return { account: '-', region: '-', about };
  return { account: about, region: element?.regionId ?? '-', about };
}

/** Binds everything that an approval covers into one digest. */
export function bind(identity: ProposalIdentity, request: BindRequest): Action {
  const { planner, plan, place, perDay, nowMs } = request;
  return bindAction({
    v: 1,
    actionId: request.actionId,
    caseId: request.caseId,
    tenant: identity.tenant,
    account: place.account,
    region: place.region,
    kind: planner.kind,
    parametersSchemaSha256: schemaSha256(planner),
    parameters: request.parameters,
    parameterLabels: plan.parameterLabels,
    preconditions: plan.preconditions,
    preview: plan.preview,
    blastRadius: plan.blastRadius,
    undo: plan.undo,
    estimatedEffect: perDay === null ? null : { perDay },
    environment: identity.environmentOf(place.about),
    release: identity.release,
    policyBundleSha256: identity.policyBundleSha256,
    changeId: request.changeId,
    proposer: identity.proposer,
    onBehalfOf: identity.onBehalfOf,
    proposedAt: new Date(nowMs).toISOString(),
    expiresAt: new Date(nowMs + request.approvalTtlMs).toISOString(),
    nonce: request.nonce,
  });
}
