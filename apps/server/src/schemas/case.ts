import { z } from '@hono/zod-openapi';
import { digestSchema, jsonObjectSchema, moneySchema } from './common.ts';

export const caseStatusSchema = z.enum([
  'investigating',
  'proposing',
  'deciding',
  'awaiting_approval',
  'executing',
  'verifying',
  'closed',
  'halted',
]);

export const actionStatusSchema = z.enum([
  'proposed',
  'awaiting_approval',
  'approved',
  'denied',
  'expired',
  'refused',
  'executing',
  'performed',
  'unresolved',
  'confirmed',
  'not_confirmed',
]);

const elementSchema = z.record(z.string(), z.string()).openapi({
  description: 'FOCUS dimensions; a missing one means any.',
});

const anomalySchema = z
  .object({
    direction: z.enum(['increase', 'decrease']),
    basis: z.enum(['EffectiveCost', 'BilledCost']),
    element: elementSchema,
    onsetDate: z.string(),
    lastDate: z.string(),
    expectedPerDay: moneySchema,
    actualPerDay: moneySchema,
    impactPerDay: moneySchema,
    impactTotal: moneySchema,
    impactPercent: z.number().nullable(),
    impactInterval: z
      .object({
        confidencePercent: z.literal(80),
        perDayLow: moneySchema,
        perDayHigh: moneySchema,
        totalLow: moneySchema,
        totalHigh: moneySchema,
        per30DaysLow: moneySchema.optional(),
        per30DaysHigh: moneySchema.optional(),
      })
      .optional()
      .openapi({ description: 'The impact lies in it with this probability.' }),
    projectedPer30Days: moneySchema.optional(),
    onsetHour: z.int().min(0).max(23).optional(),
    driver: z.enum(['quantity', 'price', 'both', 'unknown']).optional(),
    accountsMoved: z.int().optional(),
    queryIds: z.array(z.string()),
  })
  .openapi('CostAnomaly');

const rootCauseSchema = z
  .object({
    element: elementSchema,
    deltaPerDay: moneySchema,
    share: z.number(),
    score: z.number(),
    resources: z.array(z.object({ resourceId: z.string(), deltaPerDay: moneySchema })),
  })
  .openapi('RootCause');

export const caseSummarySchema = z
  .object({
    caseId: z.string(),
    status: caseStatusSchema,
    openedAt: z.string(),
    updatedAt: z.string(),
    anomaly: anomalySchema,
    causeId: z.string().nullable(),
    summary: z.string().nullable(),
    completeness: z.enum(['pending', 'complete', 'incomplete']),
    topRootCause: rootCauseSchema.nullable(),
    actions: z.array(
      z.object({
        digest: digestSchema,
        kind: z.string(),
        status: actionStatusSchema,
        savingPerDay: moneySchema.nullable(),
      }),
    ),
  })
  .openapi('CaseSummary');

export const caseDetailSchema = z
  .object({
    state: z
      .looseObject({
        caseId: z.string(),
        version: z.number().int(),
        status: caseStatusSchema,
        openedAt: z.string(),
        updatedAt: z.string(),
        signal: jsonObjectSchema,
        observations: z.array(jsonObjectSchema),
        actions: z.array(z.looseObject({ status: actionStatusSchema, action: jsonObjectSchema })),
      })
      .openapi('CaseState'),
    journal: z.array(
      z.object({
        sequence: z.number().int(),
        at: z.string(),
        actor: z.string(),
        event: z.looseObject({ type: z.string() }),
        logIndex: z.number().int().nullable(),
      }),
    ),
  })
  .openapi('CaseDetail');
