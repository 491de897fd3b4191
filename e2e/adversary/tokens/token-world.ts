import { createHash } from 'node:crypto';
import type { Digest, PolicyDecision, SignedReview } from '@counterfoil/core';
import { authorise, baseRegistry, bindAction, type AuthoriseInput } from '@counterfoil/guard';
import {
  asksFor,
  BUNDLE_SHA256,
  MemoryLog,
  requestFor,
  reviewBy,
  reviewByPasskey,
  START_MS,
  testBinding,
  testTrust,
} from '../../../packages/guard/src/testing/world.ts';

/** People, keys, and one action that two people must approve. */
export const PEOPLE = testTrust();
export const REGISTRY = baseRegistry(PEOPLE.trust);
export const ACTION = bindAction(testBinding());
/** Another action of the same case, approved as well: where replayed approvals come from. */
export const OTHER_ACTION = bindAction(testBinding({ actionId: 'act_2', nonce: 'nonce_2' }));
export const DECISION = asksFor({ quorum: 2 });
export const REQUEST = requestFor(ACTION, DECISION);
const NOW_MS = START_MS + 60_000;

/** The two reviews that suffice. */
export const HONEST: readonly [SignedReview, SignedReview] = [
  reviewBy(PEOPLE.ana, ACTION),
  reviewByPasskey(PEOPLE, ACTION),
];

/** What an attacker may hand to the executor: whatever the database and the log could be made to hold. */
export interface Evidence {
  readonly reviews: readonly unknown[];
  readonly recordedAtMs?: number;
  readonly change?: Partial<AuthoriseInput>;
}

/** Whether the guard makes a grant of it. The reviews are in the log: being logged proves nothing of a signature. */
export function isGranted({ reviews, recordedAtMs = START_MS, change = {} }: Evidence): boolean {
  const log = new MemoryLog(PEOPLE);
  for (const review of reviews) tryLog(log, review, recordedAtMs);
  const input: AuthoriseInput = {
    bindingText: ACTION.bindingText,
    digest: ACTION.digest,
    tenant: 'acme',
    policyBundleSha256: BUNDLE_SHA256,
    decide: (approval) => (approval ? allowed() : DECISION),
    request: REQUEST,
    reviews: reviews.map((review) => ({ review, recordedAtMs })),
    reviewLeaves: log.entries,
    registry: REGISTRY,
    authors: [],
    killState: { status: 'off' },
    nowMs: NOW_MS,
    grantTtlMs: 600_000,
    ...change,
  };
  return authorise(input).type === 'granted';
}

/** What cannot be written as canonical JSON cannot be logged. */
function tryLog(log: MemoryLog, review: unknown, recordedAtMs: number): void {
  try {
    log.review(review as SignedReview, new Date(recordedAtMs).toISOString());
  } catch {
    // The review stands in the database alone then.
  }
}

function allowed(): PolicyDecision {
  const { decisionId, policyIds, policyBundleSha256 } = DECISION;
  return { type: 'allow', decisionId, policyIds, policyBundleSha256 };
}

/** The digest that a text of a binding has, canonical or not. */
export function digestOf(bindingText: string): Digest {
  const hash = createHash('sha256').update(`counterfoil-action-v1\n${bindingText}`);
  return `sha256:${hash.digest('hex')}`;
}
