import { compareDecimal } from '@counterfoil/core';
import { z } from 'zod';
import { parseDurationMs } from './duration.ts';
import { policySettings } from './policy-settings.ts';
import { secretReference } from './secret-reference.ts';

const HOUR_MS = 3_600_000;
const GRANT_TTL_MS_MAX = 15 * 60_000;

const duration = z.string().transform((text, context) => {
  try {
    return parseDurationMs(text);
  } catch {
    context.addIssue({
      code: 'custom',
      message: 'this is not a duration: write a whole number and a unit, such as 15m or 72h',
    });
    return z.NEVER;
  }
});

const amount = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => /^\d{1,20}(\.\d{1,18})?$/.test(text), 'this is not a plain decimal amount')
  .refine((text) => /[^\d.]/.test(text) || compareDecimal(text, '0') >= 0, 'must not be negative');

const isoDate = z.iso.date('this is not a date: write YYYY-MM-DD');
const accountId = z
  .string('this is not text: write the account in quotes, so that leading zeros stay')
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'this is not an account id');
const roleArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:iam::(\d{12}|\{account\}):role\/.+$/,
    'this is not a role: write arn:aws:iam::{account}:role/NAME',
  );
const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, 'use letters, digits and . _ @ -');

const person = z.strictObject({
  personId: name,
  displayName: z.string().min(1).max(120),
  roles: z.array(name).min(1),
  /** Ed25519 public keys, each a PEM file or the text of one. */
  keys: z
    .array(
      z.strictObject({
        keyId: name,
        publicKeyFile: z.string().min(1).optional(),
        publicKeyPem: z.string().min(1).optional(),
      }),
    )
    .default([]),
});

const fieldName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'this is not the id of a field');
const covers = { accountsField: fieldName, targetsField: fieldName.optional() };
const changeSystem = z.discriminatedUnion('system', [
  z.strictObject({
    ...covers,
    system: z.literal('servicenow'),
    instance: z.url('this is not a web address, such as https://example.service-now.com'),
    user: z.string().min(1),
    password: secretReference,
  }),
  z.strictObject({
    ...covers,
    system: z.literal('jira'),
    host: z.url('this is not a web address, such as https://example.atlassian.net'),
    email: z.email(),
    apiToken: secretReference,
    projectKey: z.string().regex(/^[A-Z][A-Z0-9_]{1,20}$/, 'this is not a project key'),
    /** Statuses in which a change is approved and being carried out. */
    openStatuses: z.array(z.string().min(1)).min(1),
    fromField: fieldName,
    toField: fieldName,
    riskField: fieldName.optional(),
  }),
]);

/**
 * The whole of `counterfoil.yaml`. Unknown keys are errors; every default is here and nowhere else. Durations are text in the
 * file and milliseconds after reading.
 */
export const configurationSchema = z.strictObject({
  /** Name of the organisation; part of every bound action, so it cannot be changed later without a new log. */
  tenant: name.default('default'),
  /** Where everything is kept; relative to the file that names it. */
  stateDirectory: z.string().min(1).optional(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Name of the agent release, part of every bound action. */
  release: name.default('playbooks-1'),
  /** On whose behalf scheduled cases run; this person can never approve them. */
  onBehalfOf: name.default('schedule'),
  database: z
    .union([z.literal('embedded'), z.strictObject({ url: secretReference })], {
      error: 'write `embedded` or { url: SECRET-REFERENCE }',
    })
    .default('embedded'),
  server: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(4680),
      publicUrl: z.url('this is not a web address').optional(),
    })
    .prefault({}),
  triage: z
    .strictObject({
      impactMinPercent: z.number().nonnegative().default(15),
      impactMinPerDay: amount.default('200'),
    })
    .prefault({}),
  approvals: z
    .strictObject({
      ttl: duration.pipe(z.number().min(60_000, 'must be at least 1m')).default(72 * HOUR_MS),
      grantTtl: duration
        .pipe(z.number().min(1_000).max(GRANT_TTL_MS_MAX, 'a grant lives at most 15m'))
        .default(GRANT_TTL_MS_MAX),
      people: z.array(person).default([]),
    })
    .prefault({}),
  aws: z
    .strictObject({
      region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'this is not an AWS region'),
      readRoleArn: roleArn.optional(),
      writeRoleArn: roleArn.optional(),
      externalId: secretReference.optional(),
      /** Only for stand-ins and tests. */
      endpoint: z.url().optional(),
    })
    .optional(),
  /** `environment` of each account for policy; `*` is the fallback. */
  environments: z.record(z.union([z.literal('*'), accountId]), name).default({ '*': 'production' }),
  policy: policySettings.prefault({}),
  slack: z
    .strictObject({
      channelId: z
        .string()
        .regex(/^[CG][A-Z0-9]{2,20}$/, 'this is not a channel id (C…), which is not its name'),
      token: secretReference,
      apiUrl: z.url().optional(),
    })
    .optional(),
  jira: z
    .strictObject({
      host: z.url('this is not a web address, such as https://example.atlassian.net'),
      email: z.email(),
      apiToken: secretReference,
      projectKey: z.string().regex(/^[A-Z][A-Z0-9_]{1,20}$/, 'this is not a project key'),
      issueType: z.string().min(1).default('Task'),
      sourceField: z.string().min(1).default('labels'),
    })
    .optional(),
  /** Where change records are read; without it no change record is valid. */
  changes: changeSystem.optional(),
  lake: z
    .strictObject({
      memoryLimitMb: z.int().min(256).default(1024),
      /** A FOCUS requirement model, relative to the configuration; `counterfoil conformance` judges files by it. */
      focusModelFile: z.string().min(1).optional(),
      /** What tags mean (docs/allocation.md), relative to the configuration; the `allocation` commands and the data quality read it. */
      taxonomyFile: z.string().min(1).optional(),
    })
    .prefault({}),
  plannedActivities: z
    .array(
      z
        .strictObject({
          note: z.string().min(1).max(500),
          fromDate: isoDate,
          /** Exclusive: the first day that is no longer planned. */
          toDate: isoDate,
          subAccountIds: z.array(accountId).default([]),
          serviceNames: z.array(z.string().min(1)).default([]),
          tags: z.record(z.string().min(1), z.string()).default({}),
        })
        .refine((planned) => planned.fromDate < planned.toDate, {
          path: ['toDate'],
          message: 'toDate must come after fromDate: write the first day that is no longer planned',
        }),
    )
    .default([]),
  plannedCalendars: z
    .array(
      z.strictObject({
        /** An iCalendar file (.ics), relative to the configuration. */
        file: z.string().min(1),
        /** Only events of this category count; without it, every event of the file does. */
        category: z.string().min(1).optional(),
        subAccountIds: z.array(accountId).default([]),
        serviceNames: z.array(z.string().min(1)).default([]),
      }),
    )
    .default([]),
});

/** The configuration as every command sees it: checked and with all defaults filled in. */
export type Configuration = z.infer<typeof configurationSchema>;
export type ConfiguredPerson = z.infer<typeof person>;
