import {
  type ActionState,
  type CaseState,
  type JsonObject,
  type RootCause,
} from '@counterfoil/core';
import type { LakeDetectReply } from '@counterfoil/lake-client';
import type { DismissedSignal } from '@counterfoil/store';

/** What the main job found, in the form that `--json` prints. Money is decimal text. */
export interface MainJobResult {
  readonly cases: readonly CaseResult[];
  readonly dismissed: readonly DismissedResult[];
  readonly ingest: readonly JsonObject[];
  /** What the detector looked at; null where the lake is empty. An empty list of cases means something only beside this. */
  readonly detection: LakeDetectReply | null;
  readonly log: { readonly size: number; readonly rootHash: string | null };
}

export interface CaseResult {
  readonly id: string;
  /** Id of the cause, null until there is a conclusion. */
  readonly kind: string | null;
  readonly status: CaseState['status'];
  readonly complete: boolean;
  readonly impact: {
    readonly amount: string;
    readonly currency: string;
    readonly perDay: string;
    readonly percent: number | null;
  };
  readonly rootCause: {
    readonly subAccountId: string | null;
    readonly serviceName: string | null;
    readonly regionId: string | null;
    readonly usageType: string | null;
    readonly resourceId: string | null;
    readonly share: number;
  } | null;
  readonly conclusion: string | null;
  readonly proposals: readonly ProposalResult[];
}

export interface ProposalResult {
  readonly id: string;
  readonly kind: string;
  readonly digest: string;
  readonly decision: 'allow' | 'require_approval' | 'deny' | null;
  readonly status: ActionState['status'];
}

export interface DismissedResult {
  readonly reason: string;
  readonly note: string;
  readonly element: JsonObject;
  readonly onsetDate: string;
  readonly impactPerDay: { readonly amount: string; readonly currency: string };
}

/** A case as printed. */
export function caseResult(state: CaseState): CaseResult {
  const { anomaly } = state.signal;
  const [rootCause] = state.conclusion?.rootCauses ?? [];
  return {
    id: state.caseId,
    kind: state.conclusion?.causeId ?? null,
    status: state.status,
    complete: state.conclusion?.completeness.complete ?? false,
    impact: {
      amount: anomaly.impactTotal.amount,
      currency: anomaly.impactTotal.currency,
      perDay: anomaly.impactPerDay.amount,
      percent: anomaly.impactPercent,
    },
    rootCause: rootCause === undefined ? null : rootCauseResult(rootCause),
    conclusion: state.conclusion?.summary ?? null,
    proposals: state.actions.map(proposalResult),
  };
}

function rootCauseResult({ element, share, resources }: RootCause): CaseResult['rootCause'] {
  return {
    subAccountId: element.subAccountId ?? null,
    serviceName: element.serviceName ?? null,
    regionId: element.regionId ?? null,
    usageType: element.usageType ?? null,
    resourceId: element.resourceId ?? resources[0]?.resourceId ?? null,
    share,
  };
}

function proposalResult({ action, decision, status }: ActionState): ProposalResult {
  const { actionId, kind } = action.binding;
  return { id: actionId, kind, digest: action.digest, decision: decision?.type ?? null, status };
}

/** A dismissed signal as printed. */
export function dismissedResult({ signal, reason, note }: DismissedSignal): DismissedResult {
  const { element, onsetDate, impactPerDay } = signal.anomaly;
  return { reason, note, element: { ...element } as JsonObject, onsetDate, impactPerDay };
}

/** Size and root hash that a checkpoint states on its second and third line (C2SP tlog-checkpoint). */
export function logPosition(checkpointText: string | null): MainJobResult['log'] {
  const [, size, rootHash] = (checkpointText ?? '').split('\n');
  if (size === undefined || rootHash === undefined) return { size: 0, rootHash: null };
  return { size: Number(size), rootHash };
}
