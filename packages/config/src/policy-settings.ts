import { isTimeZone, WEEKDAYS } from '@counterfoil/core';
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

/** What policies are told of this installation; the rules themselves are in `policies/`. */
export const policySettings = z.strictObject({
  ...calendarSettings.shape,
  /** Environments in which no change of the cloud is made without a valid change record. */
  changeRequiredIn: z.array(z.string().min(1)).default([]),
  clearances: z
    .strictObject({
      slack: clearance.default('confidential'),
      jira: clearance.default('confidential'),
    })
    .prefault({}),
});

/** {@link policySettings}, read. */
export type PolicySettings = z.infer<typeof policySettings>;
