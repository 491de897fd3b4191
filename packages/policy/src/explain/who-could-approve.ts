import { ASSURANCE_RANK, type ApprovalRequirement, type ExcludedAuthor } from '@counterfoil/core';
import type { ApproverRegistry, Trust } from '@counterfoil/guard';

/** Whether a person could approve, and if not why. */
export interface Candidate {
  readonly personId: string;
  readonly displayName: string;
  readonly status: 'may_approve' | 'excluded';
  /** Why not; empty for one who may. */
  readonly reason: string;
}

/** What decides who may approve. */
export interface ApproverInputs {
  readonly trust: Pick<Trust, 'approvers'>;
  readonly registry: ApproverRegistry;
  readonly requirement: ApprovalRequirement;
  /** The proposer and the one it is proposed for. */
  readonly interested: readonly string[];
  readonly authors: readonly ExcludedAuthor[];
  readonly nowMs: number;
}

/** Everybody whom the trust file names: those who may approve first, then the others with the reason. */
export function whoCouldApprove(inputs: ApproverInputs): readonly Candidate[] {
  const candidates = inputs.trust.approvers.map(({ personId, displayName, roles }) => {
    const reason = reasonAgainst(inputs, { personId, roles });
    const status = reason === '' ? ('may_approve' as const) : ('excluded' as const);
    return { personId, displayName, status, reason };
  });
  return candidates.toSorted((a, b) => Number(b.reason === '') - Number(a.reason === ''));
}

function reasonAgainst(
  { registry, requirement, interested, authors, nowMs }: ApproverInputs,
  { personId, roles }: { readonly personId: string; readonly roles: readonly string[] },
): string {
  if (interested.includes(personId)) return 'it is proposed by or for this person';
  const author = authors.find((one) => one.personId === personId && nowMs < one.untilMs);
  if (author) {
    const until = new Date(author.untilMs).toISOString();
    return `wrote the policies that are in effect; may approve from ${until}`;
  }
  if (!roles.some((role) => requirement.roles.includes(role))) {
    return `has none of the roles ${requirement.roles.join(', ')}`;
  }
  const keys = [...registry.keys.values()].filter(({ person }) => person.personId === personId);
  if (keys.length === 0) return 'has no key yet';
  const strongest = Math.max(
    ...keys.map(({ key }) => ASSURANCE_RANK[key.type === 'passkey' ? 'passkey' : 'key']),
  );
  if (strongest < ASSURANCE_RANK[requirement.assurance]) {
    return `has no ${requirement.assurance}, only a weaker key`;
  }
  return '';
}
