import { Link } from '@tanstack/react-router';
import { visibleText, type CaseEvent } from '@counterfoil/core';
import type { JournalEntryView } from '@counterfoil/api';
import { humanise } from '../text/names.ts';
import { Time } from '../text/time.tsx';

/** Every step of a case in order, with who wrote it and its place in the transparency log. */
export function JournalList({ journal }: { readonly journal: readonly JournalEntryView[] }) {
  return (
    <ol className="journal">
      {journal.map(({ sequence, at, actor, event, logIndex }) => (
        <li key={sequence}>
          <Time at={at} seconds />
          <span className="journal-what">
            <strong>{humanise(event.type)}</strong>
            <span className="sub">{visibleText(describe(event))}</span>
          </span>
          <span className="muted">{actor}</span>
          {logIndex === null ? (
            <span className="muted">not yet in the log</span>
          ) : (
            <Link to="/log" search={{ from: logIndex }}>
              log {logIndex}
            </Link>
          )}
        </li>
      ))}
    </ol>
  );
}

function describe(event: CaseEvent): string {
  switch (event.type) {
    case 'case_opened':
      return `from signal ${event.signal.signalId}`;
    case 'tool_called':
      return `${event.observation.tool}: ${event.observation.status}`;
    case 'conclusion_reached':
      return humanise(event.conclusion.causeId);
    case 'proposal_made':
      return `${event.proposal.actions.length} actions`;
    case 'policy_decided':
      return `${humanise(event.decision.type)}, by ${event.decision.policyIds.join(', ') || 'no policy'}; ${short(event.digest)}`;
    case 'approval_requested':
      return `${event.request.requirement.quorum} of ${event.request.requirement.roles.join(' or ')}; ${short(event.request.digest)}`;
    case 'approval_resolved':
      return `${humanise(event.resolution.type)}; ${short(event.digest)}`;
    case 'effect_intended':
      return `key ${event.idempotencyKey}; ${short(event.digest)}`;
    case 'effect_resumed':
      return `a new grant until ${event.grant.expiresAt}, after a crash; ${short(event.digest)}`;
    case 'effect_refused':
      return `${event.code}: ${event.reason}; ${short(event.digest)}`;
    case 'effect_performed':
      return `${event.effect.reference}${event.reconciled ? ', found done after a crash' : ''}; ${short(event.digest)}`;
    case 'effect_unresolved':
      return `${event.note}; ${short(event.digest)}`;
    case 'effect_verified':
      return `${humanise(event.verification.status)}: ${event.verification.note}; ${short(event.digest)}`;
    case 'case_closed':
      return event.reason;
    case 'case_halted':
      return `${event.code}: ${event.reason}`;
  }
}

function short(digest: string): string {
  return digest.slice(7, 19);
}
