import type { CaseEvent } from '../case/case-event.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { LogEntryDraft } from './entry.ts';

type Facts = LogEntryDraft['facts'];

/** The log entry of a case event: small facts in the leaf, the whole event as salted payload beside it. */
export function entryOfEvent(caseId: string, event: CaseEvent): LogEntryDraft {
  const payload = JSON.parse(JSON.stringify(event)) as JsonObject;
  return { kind: event.type, caseId, facts: factsOf(event), payload };
}

function factsOf(event: CaseEvent): Facts {
  switch (event.type) {
    case 'case_opened':
      return { signalId: event.signal.signalId, dataVersion: event.signal.dataVersion };
    case 'tool_called':
      return { tool: event.observation.tool, status: event.observation.status };
    case 'conclusion_reached': {
      const { causeId, completeness } = event.conclusion;
      return { causeId, complete: completeness.complete };
    }
    case 'proposal_made':
      return {
        actions: event.proposal.actions.length,
        digests: event.proposal.actions.map((action) => action.digest).join(' '),
      };
    case 'policy_decided':
      return {
        digest: event.digest,
        decision: event.decision.type,
        policyIds: event.decision.policyIds.join(' '),
        policyBundleSha256: event.decision.policyBundleSha256,
      };
    case 'approval_requested': {
      const { digest, deadlineAt, requirement } = event.request;
      return { digest, deadlineAt, quorum: requirement.quorum };
    }
    case 'approval_resolved':
      return { digest: event.digest, resolution: event.resolution.type };
    case 'effect_intended':
      return { digest: event.digest, idempotencyKey: event.idempotencyKey };
    case 'effect_resumed':
      return { digest: event.digest, grantExpiresAt: event.grant.expiresAt };
    case 'effect_refused':
      return { digest: event.digest, code: event.code };
    case 'effect_performed':
      return {
        digest: event.digest,
        reference: event.effect.reference,
        reconciled: event.reconciled,
      };
    case 'effect_unresolved':
      return { digest: event.digest };
    case 'effect_verified':
      return { digest: event.digest, status: event.verification.status };
    case 'case_closed':
      return { reason: event.reason };
    case 'case_halted':
      return { code: event.code, reason: event.reason };
  }
}
