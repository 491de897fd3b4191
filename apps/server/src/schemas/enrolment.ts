import { z } from '@hono/zod-openapi';
import { jsonObjectSchema } from './common.ts';

const text = z.string().min(1).max(500);

const keySchema = z
  .discriminatedUnion('type', [
    z.strictObject({ keyId: text, type: z.literal('ed25519'), publicKeySpki: text }),
    z.strictObject({
      keyId: text,
      type: z.literal('passkey'),
      publicKeySpki: z.string().min(1).max(2000),
      passkey: z.strictObject({
        credentialId: z.string().min(1).max(1400),
        rpId: text,
        origin: text,
        algorithm: z.union([z.literal(-7), z.literal(-8), z.literal(-257)]),
      }),
    }),
  ])
  .openapi('ApproverKey');

export const enrolmentSubmissionSchema = z
  .strictObject({
    enrolment: z.strictObject({
      statement: z.strictObject({
        v: z.literal(1),
        enrolmentKeyId: text,
        personId: text,
        key: keySchema,
        enrolledAt: z.iso.datetime(),
        nonce: text,
      }),
      signature: text,
    }),
    registration: jsonObjectSchema.nullable(),
  })
  .openapi('EnrolmentSubmission');

export const enrolmentReceiptSchema = z
  .object({ personId: z.string(), keyId: z.string() })
  .openapi('EnrolmentReceipt');
