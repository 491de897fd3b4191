import {
  actionOf,
  type ActionState,
  type CaseState,
  type Digest,
  type ExcludedAuthor,
  type Resolution,
  type ValidReview,
} from '@counterfoil/core';
import {
  checkReview,
  openBinding,
  parseEntry,
  resolveReviews,
  type ApproverRegistry,
} from '@counterfoil/guard';
import { closeWhenSettled, commitStep, type StepDraft } from '../durable/commit-step.ts';
import { nextJob } from '../durable/jobs.ts';
import { payloadDigest, type StageHandler } from '../durable/payload.ts';
import { readRegistry } from '../execution/authorise-now.ts';
import type { ExecuteDependencies } from '../execution/dependencies.ts';
import { haltOnIntegrityError } from '../execution/halt.ts';

export interface ApproveDependencies extends Pick<
  ExecuteDependencies,
  'cases' | 'reviews' | 'kills' | 'enrolments' | 'policies' | 'trust' | 'clock' | 'caseLeaves'
> {
  /** The execute stage, which settles what is under way when its time is up. */
  readonly execute: StageHandler;
}

/** Reviews → resolution. Runs when a review comes in and when the time is up. */
export function createApprove(dependencies: ApproveDependencies): StageHandler {
  const { cases, clock, execute } = dependencies;
  return async (payload) => {
    const digest = payloadDigest(payload);
    const caseId = await cases.caseIdOf(digest);
    if (caseId === null) return;
    await haltOnIntegrityError(dependencies, caseId, async () => {
      const registry = await readRegistry(dependencies);
      const reviews = await validReviews(dependencies, { caseId, digest, registry });
      const { authors } = await dependencies.policies();
      await commitStep(cases, caseId, (state) =>
        resolveOne(state, { digest, reviews, authors, nowMs: clock.nowMs() }),
      );
    });
    if (await isOverdue(dependencies, caseId, digest)) await execute(payload);
  };
}

function resolveOne(
  state: CaseState,
  given: {
    readonly digest: Digest;
    readonly reviews: readonly ValidReview[];
    readonly authors: readonly ExcludedAuthor[];
    readonly nowMs: number;
  },
): StepDraft | null {
  const { digest, reviews, authors, nowMs } = given;
  const entry = actionOf(state, digest);
  if (entry?.status !== 'awaiting_approval' || !entry.request) return null;
  const binding = openBinding(entry.action.bindingText, digest);
  const resolution: Resolution = resolveReviews(
    entry.request,
    { ...binding, authors },
    reviews,
    nowMs,
  );
  if (resolution.type === 'pending') return null;
  return {
    events: closeWhenSettled(state, [{ type: 'approval_resolved', digest, resolution }]),
    jobs: resolution.type === 'approved' ? [nextJob.execute(digest)] : [],
  };
}

interface InvalidReview {
  readonly code: string;
  readonly note: string;
  readonly leafId: string;
}

/** Reviews whose signature holds; one that does not is refused on the record. */
async function validReviews(
  dependencies: ApproveDependencies,
  request: {
    readonly caseId: string;
    readonly digest: Digest;
    readonly registry: ApproverRegistry;
  },
): Promise<readonly ValidReview[]> {
  const { caseId, digest, registry } = request;
  const valid: ValidReview[] = [];
  const invalid: InvalidReview[] = [];
  for (const { review, recordedAtMs, leafId } of await dependencies.reviews.read(digest)) {
    const check = checkReview(review, recordedAtMs, registry);
    if (check.type === 'invalid') invalid.push({ ...check, leafId });
    else if (check.statement.digest === digest) valid.push(check.review);
    else invalid.push({ code: 'DIGEST_MISMATCH', note: 'it is for another action', leafId });
  }
  if (invalid.length > 0) await refuseOnce(dependencies, { caseId, digest, invalid });
  return valid;
}

/** The note begins with the leaf of the review, by which a refusal that is already logged is recognised. */
async function refuseOnce(
  { caseLeaves, reviews }: ApproveDependencies,
  request: {
    readonly caseId: string;
    readonly digest: Digest;
    readonly invalid: readonly InvalidReview[];
  },
): Promise<void> {
  const leaves = await caseLeaves(request.caseId);
  const logged = leaves
    .filter(({ entryText }) => parseEntry(entryText).kind === 'review_refused')
    .map(({ payloadText }) => payloadText ?? '');
  for (const { code, note, leafId } of request.invalid) {
    const mark = `review ${leafId}:`;
    if (logged.some((payloadText) => payloadText.includes(mark))) continue;
    await reviews.refuse(request.digest, code, `${mark} ${note}`);
  }
}

/** Whether an approved or running action has reached its end: it is then refused, or its outcome settled. */
async function isOverdue(
  { cases, clock }: ApproveDependencies,
  caseId: string,
  digest: Digest,
): Promise<boolean> {
  const state = await cases.load(caseId);
  const entry: ActionState | undefined = state ? actionOf(state, digest) : undefined;
  if (entry?.status !== 'approved' && entry?.status !== 'executing') return false;
  return clock.nowMs() >= Date.parse(entry.action.binding.expiresAt);
}
