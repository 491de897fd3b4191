import { invariant } from '../kernel/errors.ts';
import type { Digest } from '../proposal/action.ts';
import type { CaseEvent, RecordedEvent } from './case-event.ts';
import { isSettled, type ActionState, type CaseState, type CaseStatus } from './case-state.ts';

/** Rebuilds a case from its journal. The first event must be `case_opened`; an order that cannot happen is an invariant violation. */
export function fold(caseId: string, events: readonly RecordedEvent[]): CaseState {
  const [first, ...rest] = events;
  invariant(first, `case ${caseId} has an empty journal`);
  return rest.reduce(apply, open(caseId, first));
}

/** Opens a case from its first event. */
export function open(caseId: string, recorded: RecordedEvent): CaseState {
  invariant(recorded.event.type === 'case_opened', `case ${caseId} must begin with case_opened`);
  return {
    caseId,
    version: recorded.sequence,
    status: 'investigating',
    openedAt: recorded.at,
    updatedAt: recorded.at,
    signal: recorded.event.signal,
    observations: [],
    actions: [],
  };
}

/** Folds one more event into the state. */
export function apply(state: CaseState, recorded: RecordedEvent): CaseState {
  invariant(
    recorded.sequence === state.version + 1,
    `case ${state.caseId}: event ${recorded.sequence} follows version ${state.version}`,
  );
  const next = advance(state, recorded.event);
  return { ...next, version: recorded.sequence, updatedAt: recorded.at };
}

function advance(state: CaseState, event: CaseEvent): CaseState {
  switch (event.type) {
    case 'case_opened':
      invariant(false, `case ${state.caseId} was opened twice`);
      break;
    case 'tool_called':
      return { ...state, observations: [...state.observations, event.observation] };
    case 'conclusion_reached':
      return { ...state, status: 'proposing', conclusion: event.conclusion };
    case 'proposal_made': {
      const actions = event.proposal.actions.map((action): ActionState => ({
        action,
        status: 'proposed',
      }));
      return { ...state, status: 'deciding', proposal: event.proposal, actions };
    }
    case 'case_closed':
      return { ...state, status: 'closed', ending: { reason: event.reason } };
    case 'case_halted':
      return { ...state, status: 'halted', ending: { reason: event.reason } };
    default: {
      const digest = event.type === 'approval_requested' ? event.request.digest : event.digest;
      return settle(withAction(state, digest, (action) => ({ ...action, ...changeOf(event) })));
    }
  }
  return state;
}

type ActionEvent = Exclude<
  CaseEvent,
  {
    readonly type:
      | 'case_opened'
      | 'tool_called'
      | 'conclusion_reached'
      | 'proposal_made'
      | 'case_closed'
      | 'case_halted';
  }
>;

function changeOf(event: ActionEvent): Partial<ActionState> {
  switch (event.type) {
    case 'policy_decided': {
      const { decision } = event;
      const status = { allow: 'approved', deny: 'refused', require_approval: 'proposed' } as const;
      return { decision, status: status[decision.type] };
    }
    case 'approval_requested':
      return { request: event.request, status: 'awaiting_approval' };
    case 'approval_resolved':
      return { resolution: event.resolution, status: event.resolution.type };
    case 'effect_intended':
      return {
        grant: event.grant,
        idempotencyKey: event.idempotencyKey,
        status: 'executing',
      };
    case 'effect_resumed':
      return { grant: event.grant };
    case 'effect_refused':
      return { refusal: { code: event.code, reason: event.reason }, status: 'refused' };
    case 'effect_performed':
      return { effect: event.effect, reconciled: event.reconciled, status: 'performed' };
    case 'effect_unresolved':
      return { refusal: { code: 'UNRESOLVED', reason: event.note }, status: 'unresolved' };
    case 'effect_verified':
      return { verification: event.verification, status: event.verification.status };
  }
}

function withAction(
  state: CaseState,
  digest: Digest,
  change: (action: ActionState) => ActionState,
): CaseState {
  invariant(
    state.actions.some((candidate) => candidate.action.digest === digest),
    `case ${state.caseId} has no action ${digest}`,
  );
  const actions = state.actions.map((candidate) =>
    candidate.action.digest === digest ? change(candidate) : candidate,
  );
  return { ...state, actions };
}

function settle(state: CaseState): CaseState {
  const statuses = state.actions.map((action) => action.status);
  const open = statuses.filter((status) => !isSettled(status));
  if (open.length === 0) return { ...state, status: 'verifying' };
  return { ...state, status: caseStatusOf(open) };
}

function caseStatusOf(open: readonly ActionState['status'][]): CaseStatus {
  if (open.includes('executing') || open.includes('approved')) return 'executing';
  if (open.includes('performed')) return 'verifying';
  if (open.includes('awaiting_approval')) return 'awaiting_approval';
  return 'deciding';
}
