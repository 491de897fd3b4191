import {
  AUTONOMY_LEVELS,
  isTimeZone,
  trialsNeeded,
  WEEKDAYS,
  type AutonomyLevel,
} from '@counterfoil/core';
import { z } from 'zod';

const timeZone = z
  .string()
  .refine(isTimeZone, 'this is not a time zone: write an IANA name such as Europe/Lisbon');
const clock = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'this is not a time of day: write HH:MM');
const moment = z
  .string()
  .regex(
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/,
    'this is not a moment: write YYYY-MM-DDTHH:MM, as the clock on the wall shows it',
  );
const yearDay = z
  .string()
  .regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'this is not a day of the year: write MM-DD');
const monthDay = z.int().min(1).max(31);
const days = z.array(z.enum(WEEKDAYS)).min(1);
const label = z.string().min(1).max(80);
const inOrder = (span: { readonly from: string; readonly to: string }) => span.from < span.to;
const order = { path: ['to'], message: 'to must come after from' };

const freeze = z.discriminatedUnion('recurs', [
  z
    .strictObject({ recurs: z.literal('never'), name: label, timeZone, from: moment, to: moment })
    .refine(inOrder, order),
  z.strictObject({
    recurs: z.literal('yearly'),
    name: label,
    timeZone,
    from: yearDay,
    to: yearDay,
  }),
  z.strictObject({
    recurs: z.literal('monthly'),
    name: label,
    timeZone,
    from: monthDay,
    to: monthDay,
  }),
  z
    .strictObject({
      recurs: z.literal('weekly'),
      name: label,
      timeZone,
      days,
      from: clock,
      to: clock,
    })
    .refine(inOrder, order),
]);

/** When changes of the cloud need more than usual; times are those on the wall of each zone. */
export const calendarSettings = z.strictObject({
  businessHours: z
    .strictObject({ timeZone, days, from: clock, to: clock })
    .refine(inOrder, order)
    .nullable()
    .default(null),
  freezes: z.array(freeze).default([]),
});

/** How confidential content may be that a channel carries. */
export const clearance = z.enum(['public', 'internal', 'confidential', 'secret']);

const level = z.enum(Object.keys(AUTONOMY_LEVELS) as [AutonomyLevel, ...AutonomyLevel[]]);
const share = z.number().min(0).max(1);
const accuracy = z.number().min(0.5).max(0.99);

/** How far releases may go, what they have to show for it, and what stops them; docs/autonomy.md explains each. */
export const autonomySettings = z
  .strictObject({
    /** The most that anything may have, whatever it earns. */
    configured: level.default('approve'),
    /** Lower limits for what a rule names. */
    limits: z
      .array(
        z.strictObject({
          release: label.optional(),
          environment: label.optional(),
          kind: label.optional(),
          level,
        }),
      )
      .default([]),
    /** What a release has in an environment for a kind before anybody signed anything. */
    initial: level.default('approve'),
    accuracyMin: z
      .strictObject({ approve: accuracy.default(0.8), autonomous: accuracy.default(0.9) })
      .prefault({}),
    reviewsMin: z.int().min(1).default(50),
    falsePositivesMax: share.default(0.1),
    windowDays: z.int().min(1).max(90).default(7),
    sampleShare: share.default(0.25),
    breakers: z
      .array(
        z
          .strictObject({
            name: label,
            measure: z.enum(['tool_calls', 'remediations', 'spend']),
            windowMinutes: z.int().min(1).max(10_080),
            max: z.number().nonnegative(),
            currency: z
              .string()
              .regex(/^[A-Z]{3}$/, 'this is not a currency: write three letters such as EUR')
              .optional(),
            kind: label.optional(),
          })
          .refine((breaker) => breaker.measure !== 'spend' || breaker.currency !== undefined, {
            path: ['currency'],
            message: 'a breaker on spend names its currency',
          }),
      )
      .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, {
        message: 'two breakers have one name',
      })
      .default([
        { name: 'tool-calls', measure: 'tool_calls', windowMinutes: 60, max: 20_000 },
        { name: 'remediations', measure: 'remediations', windowMinutes: 60, max: 100 },
      ]),
  })
  .refine(
    ({ accuracyMin, reviewsMin }) =>
      reviewsMin >= trialsNeeded(Math.max(accuracyMin.approve, accuracyMin.autonomous)),
    {
      path: ['reviewsMin'],
      message: 'with so few reviews not even a flawless release reaches accuracyMin: raise it',
    },
  );

/** What policies are told of this installation; the rules themselves are in `policies/`. */
export const policySettings = z.strictObject({
  ...calendarSettings.shape,
  /** Environments in which no change of the cloud is made without a valid change record. */
  changeRequiredIn: z.array(z.string().min(1)).default([]),
  autonomy: autonomySettings.prefault({}),
  clearances: z
    .strictObject({
      slack: clearance.default('confidential'),
      jira: clearance.default('confidential'),
    })
    .prefault({}),
});

/** {@link autonomySettings}, read. */
export type ConfiguredAutonomy = z.infer<typeof autonomySettings>;
/** {@link policySettings}, read. */
export type PolicySettings = z.infer<typeof policySettings>;
