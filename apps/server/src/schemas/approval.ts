import { z } from '@hono/zod-openapi';
import { actionStatusSchema } from './case.ts';
import { digestSchema, moneySchema } from './common.ts';

const base64url = z.string().regex(/^[A-Za-z0-9_-]{1,4096}$/, 'must be base64url without padding');
const idText = z.string().min(1).max(200);

const statementSchema = z
  .strictObject({
    v: z.literal(1),
    digest: digestSchema,
    verdict: z.enum(['approve', 'deny']),
    personId: idText,
    keyId: idText,
    reviewedAt: z.iso.datetime(),
    comment: z.string().max(2000),
  })
  .openapi('ReviewStatement');

const passkeySignature = {
  type: z.literal('passkey'),
  authenticatorData: base64url,
  clientDataJson: base64url,
  signature: base64url,
};
const keySignature = { type: z.literal('ed25519'), signature: base64url };

export const signedReviewSchema = z
  .discriminatedUnion('type', [
    z.strictObject({ statement: statementSchema, ...keySignature }),
    z.strictObject({ statement: statementSchema, ...passkeySignature }),
  ])
  .openapi('SignedReview');

const liftStatementSchema = z
  .strictObject({
    v: z.literal(1),
    killId: idText,
    personId: idText,
    keyId: idText,
    liftedAt: z.iso.datetime(),
    comment: z.string().max(2000),
  })
  .openapi('KillLiftStatement');

export const signedLiftSchema = z
  .discriminatedUnion('type', [
    z.strictObject({ statement: liftStatementSchema, ...keySignature }),
    z.strictObject({ statement: liftStatementSchema, ...passkeySignature }),
  ])
  .openapi('SignedKillLift');

const requestSchema = z
  .object({
    digest: digestSchema,
    caseId: z.string(),
    actionId: z.string(),
    requirement: z.object({
      roles: z.array(z.string()),
      quorum: z.number().int(),
      assurance: z.enum(['chat', 'key', 'passkey']),
    }),
    excluded: z.array(z.string()),
    requestedAt: z.string(),
    deadlineAt: z.string(),
  })
  .openapi('ApprovalRequest');

const resolutionSchema = z
  .looseObject({ type: z.enum(['pending', 'approved', 'denied', 'expired']) })
  .openapi('Resolution');

export const approvalSummarySchema = z
  .object({
    digest: digestSchema,
    case: z.object({
      caseId: z.string(),
      causeId: z.string().nullable(),
      impactPerDay: moneySchema,
    }),
    kind: z.string(),
    account: z.string(),
    region: z.string(),
    environment: z.string(),
    preview: z.string(),
    blastRadius: z.object({
      targets: z.array(z.string()),
      accounts: z.array(z.string()),
      note: z.string(),
    }),
    reversibility: z.enum(['reversible', 'compensable', 'irreversible']),
    savingPerDay: moneySchema.nullable(),
    request: requestSchema,
    status: actionStatusSchema,
    resolution: resolutionSchema.nullable(),
  })
  .openapi('ApprovalSummary');

export const approvalDetailSchema = z
  .object({
    digest: digestSchema,
    caseId: z.string(),
    bindingText: z.string().openapi({
      description:
        'The exact canonical JSON whose SHA-256, after the prefix "counterfoil-action-v1" and a line feed, is the digest. Recompute it before showing anything of it.',
    }),
    request: requestSchema,
    reviews: z.array(z.object({ review: signedReviewSchema, recordedAt: z.string() })),
    action: z.looseObject({ status: actionStatusSchema }),
  })
  .openapi('ApprovalDetail');

export const reviewReceiptSchema = z
  .object({ recordedAt: z.string(), leafId: z.string() })
  .openapi('ReviewReceipt');
