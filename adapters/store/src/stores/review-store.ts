import {
  InputError,
  type Digest,
  type RecordedReview,
  type ReviewStore,
  type SignedReview,
} from '@counterfoil/core';
import type { Kysely, Transaction } from 'kysely';
import { isDuplicate } from '../connection/store-error.ts';
import type { Tables } from '../connection/tables.ts';
import type { ReviewIntake } from '../contract.ts';
import { appendLeaf, asJson, contentSha256, notify, type StoreContext } from './context.ts';
import { enqueue } from './enqueue.ts';

type Receipt = Awaited<ReturnType<ReviewIntake['submit']>>;

/** Reviews as people signed them; the executor judges what they are worth. */
export function reviewStore(context: StoreContext): ReviewStore & ReviewIntake {
  const { connection } = context;
  return {
    async read(digest) {
      const rows = await connection.read((database) =>
        database
          .selectFrom('counterfoil.review')
          .select(['review', 'recorded_at', 'leaf_id'])
          .where('digest', '=', digest)
          .orderBy('recorded_at')
          .orderBy('review_id')
          .execute(),
      );
      return rows.map((row): RecordedReview => ({
        review: row.review,
        recordedAtMs: row.recorded_at.getTime(),
        leafId: row.leaf_id,
      }));
    },
    async refuse(digest, code, note) {
      await connection.write(async (transaction) => {
        const caseId = await caseOf(transaction, digest);
        await appendLeaf(context, transaction, context.now(), {
          kind: 'review_refused',
          caseId,
          facts: { digest, code },
          payload: { digest, code, note },
        });
      });
    },
    async submit(review) {
      const known = await connection.read((database) => findReceipt(database, review));
      if (known) return known;
      try {
        return await connection.write((transaction) => record(context, transaction, review));
      } catch (error) {
        const receipt = isDuplicate(error)
          ? await connection.read((database) => findReceipt(database, review))
          : null;
        if (receipt) return receipt;
        throw error;
      }
    },
  };
}

async function record(
  context: StoreContext,
  transaction: Transaction<Tables>,
  review: SignedReview,
): Promise<Receipt> {
  const { digest, personId, keyId, verdict } = review.statement;
  const caseId = await caseOf(transaction, digest);
  if (caseId === null) {
    throw new InputError('DIGEST_UNKNOWN', `no action has the digest ${digest}`, {
      remedy: 'list the approvals and use the digest shown there',
    });
  }
  const at = context.now();
  const { leafId } = await appendLeaf(context, transaction, at, {
    kind: 'review_submitted',
    caseId,
    facts: { digest, verdict, personId, keyId },
    payload: asJson(review),
  });
  await transaction
    .insertInto('counterfoil.review')
    .values({
      digest,
      content_sha256: contentSha256(review),
      person_id: personId,
      key_id: keyId,
      verdict,
      recorded_at: at,
      leaf_id: leafId,
      review: JSON.stringify(review),
    })
    .execute();
  // A key of its own: a review must not replace the job that waits for the deadline.
  const key = `review:${digest}`;
  await enqueue(transaction, [
    { queue: 'executor', task: 'resolve', payload: { caseId, digest }, key },
  ]);
  await notify(transaction, 'case', caseId);
  return { recordedAtMs: Date.parse(at), leafId };
}

async function findReceipt(
  database: Kysely<Tables>,
  review: SignedReview,
): Promise<Receipt | null> {
  const row = await database
    .selectFrom('counterfoil.review')
    .select(['recorded_at', 'leaf_id'])
    .where('digest', '=', review.statement.digest)
    .where('content_sha256', '=', contentSha256(review))
    .executeTakeFirst();
  return row ? { recordedAtMs: row.recorded_at.getTime(), leafId: row.leaf_id } : null;
}

async function caseOf(database: Kysely<Tables>, digest: Digest): Promise<string | null> {
  const row = await database
    .selectFrom('counterfoil.action')
    .select('case_id')
    .where('digest', '=', digest)
    .executeTakeFirst();
  return row?.case_id ?? null;
}
