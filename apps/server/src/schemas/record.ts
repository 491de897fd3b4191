import { z } from '@hono/zod-openapi';
import { jsonObjectSchema } from './common.ts';

export const killStateSchema = z
  .discriminatedUnion('status', [
    z.object({ status: z.literal('off') }),
    z.object({
      status: z.literal('engaged'),
      kills: z.array(
        z.object({ killId: z.string(), by: z.string(), reason: z.string(), at: z.string() }),
      ),
    }),
  ])
  .openapi('KillState');

export const dismissedSchema = z
  .object({
    signal: jsonObjectSchema,
    reason: z.enum([
      'below_threshold',
      'planned_activity',
      'recurring_month_end',
      'credit_change',
      'restatement',
      'refund',
      'move',
      'decrease',
      'duplicate',
    ]),
    note: z.string(),
    dismissedAt: z.string(),
  })
  .openapi('DismissedSignal');

export const ingestSchema = z
  .object({ at: z.string(), report: jsonObjectSchema })
  .openapi('Ingest');

export const logSchema = z
  .object({
    size: z.number().int(),
    checkpointText: z.string().nullable(),
    entries: z.array(
      z.object({
        index: z.number().int(),
        leafId: z.string(),
        entryText: z.string(),
        entry: z.looseObject({ kind: z.string(), at: z.string(), actor: z.string() }),
        payloadText: z.string().nullable(),
      }),
    ),
  })
  .openapi('LogRange');

export const sessionSchema = z
  .object({
    tenant: z.string(),
    mode: z.enum(['demo', 'live']),
    publicUrl: z.string(),
    people: z.array(
      z.object({
        personId: z.string(),
        displayName: z.string(),
        roles: z.array(z.string()),
        keys: z.array(z.looseObject({ keyId: z.string(), type: z.enum(['ed25519', 'passkey']) })),
        enrolmentKeys: z.array(
          z.object({ keyId: z.string(), publicKeySpki: z.string(), expiresAt: z.string() }),
        ),
      }),
    ),
    kill: killStateSchema,
    enrolmentsRefused: z.number().int(),
    signalsPending: z.number().int(),
    logSize: z.number().int().nullable(),
  })
  .openapi('Session');
