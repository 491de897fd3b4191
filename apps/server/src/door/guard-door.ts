import {
  isEligible,
  PlatformError,
  type ApproverKey,
  type Clock,
  type SignedReview,
} from '@counterfoil/core';
import type { PersonView } from '@counterfoil/api';
import {
  buildRegistry,
  checkEnrolment,
  checkKillLift,
  checkReview,
  openBinding,
  readKillState,
  type ApproverRegistry,
  type Trust,
} from '@counterfoil/guard';
import type { ApprovalRow } from '@counterfoil/store';
import type { ServerStore } from '../context.ts';
import type { Door, DoorVerdict } from './door.ts';

/** What {@link guardDoor} is given. */
export interface GuardDoorOptions {
  readonly trust: Trust;
  readonly store: Pick<ServerStore, 'enrolments' | 'kills' | 'reviews'>;
  readonly clock: Clock;
}

const HOLDS: DoorVerdict = { type: 'holds' };

/** The door over the trust file and the enrolments recorded so far. Holds public keys only. */
export function guardDoor({ trust, store, clock }: GuardDoorOptions): Door {
  const registry = async () => buildRegistry(trust, await store.enrolments.list());
  return {
    people: async () => {
      const current = await registry();
      return { people: peopleOf(trust, current), enrolmentsRefused: current.ignored.length };
    },
    killState: async () => readKillState(await store.kills.read(), await registry()),
    lift: async (killId, signedLift) =>
      verdictOf(checkKillLift(signedLift, killId, await registry())),
    enrolment: async (enrolment) => {
      const check = checkEnrolment(enrolment, trust, clock.nowMs());
      if (check.type === 'invalid') return verdictOf(check);
      const { personId } = check.by;
      if (!trust.approvers.some((approver) => approver.personId === personId)) {
        return refused('PERSON_REMOVED', `${personId} is no longer an approver`);
      }
      return isTaken(await registry(), check.key)
        ? refused('KEY_TAKEN', 'this key is already enrolled')
        : HOLDS;
    },
    review: async (review, row) =>
      reviewBytes(review, row) ??
      reviewTime(row, clock.nowMs()) ??
      (await reviewPerson(review, row, { registry: await registry(), store, clock })),
  };
}

/** The review names this digest, and the stored action still has it. */
function reviewBytes({ statement }: SignedReview, row: ApprovalRow): DoorVerdict | null {
  if (statement.digest !== row.digest) {
    return refused('DIGEST_MISMATCH', 'the review was signed over another action');
  }
  try {
    openBinding(row.action.action.bindingText, row.digest);
    return null;
  } catch (error) {
    if (error instanceof PlatformError) return refused(error.code, error.message);
    throw error;
  }
}

function reviewTime(row: ApprovalRow, nowMs: number): DoorVerdict | null {
  if (nowMs >= Date.parse(row.request.deadlineAt)) {
    return refused('APPROVAL_EXPIRED', `the request expired at ${row.request.deadlineAt}`);
  }
  if (row.action.status !== 'awaiting_approval') {
    return refused('ALREADY_RESOLVED', `the request was resolved: ${row.action.status}`);
  }
  return null;
}

async function reviewPerson(
  review: SignedReview,
  row: ApprovalRow,
  context: Pick<GuardDoorOptions, 'clock'> & {
    readonly registry: ApproverRegistry;
    readonly store: Pick<ServerStore, 'reviews'>;
  },
): Promise<DoorVerdict> {
  const check = checkReview(review, context.clock.nowMs(), context.registry);
  if (check.type === 'invalid') return verdictOf(check);
  const { personId, verdict, comment } = check.review;
  if (!isEligible(row.request, check.review)) {
    return refused(
      'REVIEWER_NOT_ELIGIBLE',
      `${personId} may not review this request with this key`,
    );
  }
  if (verdict === 'deny' && comment.trim() === '') {
    return refused('COMMENT_REQUIRED', 'a denial says why');
  }
  const earlier = await context.store.reviews.read(row.digest);
  const isRepeated = earlier.some(
    ({ review: { statement, signature } }) =>
      statement.personId === personId &&
      statement.verdict === verdict &&
      signature !== review.signature,
  );
  return isRepeated
    ? refused('ALREADY_REVIEWED', `${personId} has already given this answer`)
    : HOLDS;
}

function peopleOf(trust: Trust, registry: ApproverRegistry): PersonView[] {
  const people = new Map<string, PersonView>();
  for (const { personId, displayName, roles } of [...trust.approvers, ...trust.enrolmentKeys]) {
    if (people.has(personId)) continue;
    people.set(personId, {
      personId,
      displayName,
      roles,
      keys: [...registry.keys.values()]
        .filter(({ person }) => person.personId === personId)
        .map(({ key }) => key),
      enrolmentKeys: trust.enrolmentKeys
        .filter((key) => key.personId === personId)
        .map(({ keyId, publicKeySpki, expiresAt }) => ({ keyId, publicKeySpki, expiresAt })),
    });
  }
  return [...people.values()];
}

function isTaken(registry: ApproverRegistry, key: ApproverKey): boolean {
  return [...registry.keys.values()].some(
    (known) => known.key.keyId === key.keyId || known.key.publicKeySpki === key.publicKeySpki,
  );
}

function verdictOf(
  check: { readonly type: 'valid' } | { readonly type: 'invalid'; code: string; note: string },
): DoorVerdict {
  return check.type === 'valid' ? HOLDS : refused(check.code, check.note);
}

function refused(code: string, note: string): DoorVerdict {
  return { type: 'refused', code, note };
}
