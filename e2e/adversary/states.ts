import {
  invariant,
  type ApprovalRequest,
  type ExcludedAuthor,
  type Resolution,
  type ValidReview,
} from '@counterfoil/core';
import { resolveReviews } from '@counterfoil/guard';

/** What exploring the verdict over approvals came to. */
export interface StateReport {
  readonly states: number;
  readonly violations: number;
  readonly depth: number;
  readonly byVerdict: Readonly<Record<string, number>>;
  readonly examples: readonly string[];
  readonly seconds: number;
}

const DEADLINE_MS = 1_000_000;
const PROPOSER = 'agent';
const REQUESTER = 'dora';
const AUTHOR = 'ben';

/** Two who may, one without the role, the proposer and the one it is proposed for, each with the role. */
const PEOPLE = [
  { personId: 'ana', roles: ['finops'] },
  { personId: 'ben', roles: ['finops', 'platform'] },
  { personId: 'cleo', roles: ['reader'] },
  { personId: REQUESTER, roles: ['finops'] },
  { personId: PROPOSER, roles: ['finops'] },
] as const;

/** Every review that can be: who, which verdict, how strongly signed, before or after the deadline. */
const REVIEWS: readonly ValidReview[] = PEOPLE.flatMap((person) =>
  (['approve', 'deny'] as const).flatMap((verdict) =>
    (['chat', 'key', 'passkey'] as const).flatMap((assurance) =>
      [0, DEADLINE_MS].map((recordedAtMs) => ({
        ...person,
        verdict,
        assurance,
        recordedAtMs,
        comment: '',
      })),
    ),
  ),
);

interface Setting {
  readonly request: ApprovalRequest;
  readonly authors: readonly ExcludedAuthor[];
  readonly nowMs: number;
}

/** Every requirement, with and without a new author of policies, before and at the deadline. */
const SETTINGS: readonly Setting[] = [1, 2].flatMap((quorum) =>
  (['key', 'passkey'] as const).flatMap((assurance) =>
    [DEADLINE_MS - 1, DEADLINE_MS].flatMap((nowMs) =>
      [[], [{ personId: AUTHOR, untilMs: DEADLINE_MS }]].map((authors) => ({
        nowMs,
        authors: authors as readonly ExcludedAuthor[],
        request: {
          digest: 'sha256:00',
          caseId: 'case_1',
          actionId: 'act_1',
          requirement: { roles: ['finops'], quorum, assurance },
          excluded: [PROPOSER, REQUESTER],
          requestedAt: new Date(0).toISOString(),
          deadlineAt: new Date(DEADLINE_MS).toISOString(),
        },
      })),
    ),
  ),
);

/**
 * Walks every sequence of at most `depth` reviews in every setting, and holds the guard's verdict against the rules written
 * anew: nobody counts who may not, nobody counts twice, a denial decides, time ends it, and a verdict once reached stays
 * whatever comes later.
 */
export function exploreApprovals(depth: number): StateReport {
  const startedMs = performance.now();
  const byVerdict: Record<string, number> = {};
  const examples: string[] = [];
  let states = 0;
  let violations = 0;
  const visit = (setting: Setting, reviews: readonly ValidReview[], before: Resolution | null) => {
    const verdict = verdictOf(setting, reviews);
    states += 1;
    byVerdict[verdict.type] = (byVerdict[verdict.type] ?? 0) + 1;
    const problem = problemOf(setting, reviews, { verdict, before });
    if (problem !== null) {
      violations += 1;
      if (examples.length < 10) examples.push(`${problem}: ${JSON.stringify(reviews)}`);
    }
    if (reviews.length >= depth) return;
    for (const review of REVIEWS) {
      // Later in the record is later in time: the store's clock decides.
      const recordedAtMs = review.recordedAtMs + reviews.length;
      visit(setting, [...reviews, { ...review, recordedAtMs }], verdict);
    }
  };
  for (const setting of SETTINGS) visit(setting, [], null);
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
  return { states, violations, depth, byVerdict, examples, seconds };
}

function verdictOf({ request, authors, nowMs }: Setting, reviews: readonly ValidReview[]) {
  const interested = { proposer: PROPOSER, onBehalfOf: REQUESTER, authors };
  return resolveReviews(request, interested, reviews, nowMs);
}

function problemOf(
  setting: Setting,
  reviews: readonly ValidReview[],
  given: { readonly verdict: Resolution; readonly before: Resolution | null },
): string | null {
  const { verdict, before } = given;
  const wanted = specified(setting, reviews);
  if (verdict.type !== wanted) return `${verdict.type} instead of ${wanted}`;
  const wasFinal = before?.type === 'approved' || before?.type === 'denied';
  if (wasFinal && JSON.stringify(before) !== JSON.stringify(verdict)) return 'a verdict changed';
  if (verdict.type !== 'approved') return null;
  const { quorum } = setting.request.requirement;
  if (new Set(verdict.by).size !== quorum) return 'another number of people than asked';
  if (verdict.by.some((personId) => personId === PROPOSER || personId === REQUESTER)) {
    return 'somebody approved their own';
  }
  return null;
}

/** The rules again, as a person would read them aloud. */
function specified(
  { request, authors, nowMs }: Setting,
  reviews: readonly ValidReview[],
): Resolution['type'] {
  const { quorum, assurance } = request.requirement;
  const strong = assurance === 'passkey' ? ['passkey'] : ['key', 'passkey'];
  const agreed: string[] = [];
  for (const review of reviews) {
    const mayReview =
      ['ana', 'ben'].includes(review.personId) &&
      strong.includes(review.assurance) &&
      review.recordedAtMs < DEADLINE_MS;
    if (!mayReview) continue;
    if (review.verdict === 'deny') return 'denied';
    if (authors.length > 0 && review.personId === AUTHOR) continue;
    if (!agreed.includes(review.personId)) agreed.push(review.personId);
    if (agreed.length === quorum) return 'approved';
  }
  invariant(agreed.length < quorum, 'the quorum ends the loop');
  return nowMs >= DEADLINE_MS ? 'expired' : 'pending';
}
