import { z } from 'zod';
import { InputError } from '@counterfoil/core';
import { policySettings } from './policy-settings.ts';

/**
 * What each process is told at its start, and nothing else: the supervisor writes one JSON document per process into
 * `COUNTERFOIL_SETTINGS`. A process that is not given a secret cannot read it.
 */
const common = {
  tenant: z.string().min(1),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
  /** PostgreSQL connection string of this process's own role. */
  databaseUrl: z.string().min(1),
};

const awsSession = z.strictObject({
  /** Only for stand-ins and tests; absent for AWS itself. */
  endpoint: z.string().optional(),
  region: z.string(),
  /** Role to assume per account, `{account}` is replaced. Absent: the ambient credentials are used as they are. */
  roleArn: z.string().optional(),
  externalId: z.string().optional(),
  credentials: z.strictObject({ accessKeyId: z.string(), secretAccessKey: z.string() }).optional(),
});

const covers = {
  /** Field with the accounts that a change covers, and the one with the targets; without the latter it covers them all. */
  accountsField: z.string(),
  targetsField: z.string().optional(),
};
const changeSystem = z.discriminatedUnion('system', [
  z.strictObject({
    ...covers,
    system: z.literal('servicenow'),
    instance: z.string(),
    user: z.string(),
    password: z.string(),
  }),
  z.strictObject({
    ...covers,
    system: z.literal('jira'),
    host: z.string(),
    email: z.string(),
    apiToken: z.string(),
    projectKey: z.string(),
    openStatuses: z.array(z.string()),
    fromField: z.string(),
    toField: z.string(),
    riskField: z.string().optional(),
  }),
]);

/** Where tickets are opened, and as what. */
const jiraTicket = { projectKey: z.string(), issueType: z.string(), sourceField: z.string() };

export const agentSettings = z.strictObject({
  ...common,
  lakeSocket: z.string(),
  lakeToken: z.string(),
  playbooksDirectory: z.string(),
  causesDirectory: z.string(),
  policiesDirectory: z.string(),
  aws: awsSession.optional(),
  slack: z.strictObject({ channelId: z.string() }).optional(),
  jira: z.strictObject(jiraTicket).optional(),
  triage: z.strictObject({
    impactMinPercent: z.number().nonnegative(),
    impactMinPerDay: z.string(),
  }),
  /** How long a proposal may be approved. */
  approvalTtlMs: z.number().int().positive(),
  release: z.string(),
  onBehalfOf: z.string(),
  /** `environment` of each account for policy; `*` is the fallback. */
  environments: z.record(z.string(), z.string()),
});

export const executorSettings = z.strictObject({
  ...common,
  policiesDirectory: z.string(),
  policy: policySettings,
  trustFile: z.string(),
  logDirectory: z.string(),
  aws: awsSession.optional(),
  /** The places are told to the executor as well: it plans each action again and takes the agent's word for nothing. */
  slack: z
    .strictObject({ channelId: z.string(), apiUrl: z.string().optional(), token: z.string() })
    .optional(),
  jira: z
    .strictObject({ ...jiraTicket, host: z.string(), email: z.string(), apiToken: z.string() })
    .optional(),
  /** Where change records are read; without it no change is valid. */
  changes: changeSystem.optional(),
  approvalTtlMs: z.number().int().positive(),
  grantTtlMs: z
    .number()
    .int()
    .positive()
    .max(15 * 60_000),
  /** As the agent's; the executor holds each proposal against its own. Absent: the agent's word is taken. */
  environments: z.record(z.string(), z.string()).optional(),
  /** Releases that this installation runs; another that a proposal names may do nothing. */
  releases: z.array(z.string()).min(1),
});

export const serverSettings = z.strictObject({
  ...common,
  host: z.string(),
  port: z.number().int().min(0).max(65_535),
  /** What a browser types; passkeys are bound to its host. */
  publicUrl: z.string(),
  trustFile: z.string(),
  logDirectory: z.string(),
  consoleDirectory: z.string(),
  /** Loopback demo only: shows the stand-in's inbox and allows browser-held Ed25519 keys. */
  demo: z.strictObject({ worldUrl: z.string() }).optional(),
});

export const lakeSettings = z.strictObject({
  ...common,
  socket: z.string(),
  /** Of the operator: everything. */
  token: z.string(),
  /** Of the agent: questions of cases and nothing else, so that it cannot bring data in and so a scope of its choice. */
  caseToken: z.string(),
  lakeDirectory: z.string(),
  memoryLimitMb: z.number().int().positive(),
  /** A FOCUS requirement model that files are judged by, absolute; without it conformance is not known. */
  focusModelFile: z.string().optional(),
  /** The checked document of `lake.taxonomyFile`; without it any tag covers. */
  taxonomy: z.json().optional(),
  plannedActivities: z.array(
    z.strictObject({
      note: z.string(),
      fromDate: z.string(),
      toDate: z.string(),
      subAccountIds: z.array(z.string()),
      serviceNames: z.array(z.string()),
      tags: z.record(z.string(), z.string()).optional(),
    }),
  ),
  /** iCalendar files, read again at every detection; paths are absolute. */
  plannedCalendars: z
    .array(
      z.strictObject({
        file: z.string(),
        category: z.string().optional(),
        subAccountIds: z.array(z.string()),
        serviceNames: z.array(z.string()),
      }),
    )
    .optional(),
});

export const logSettings = z.strictObject({
  ...common,
  logDirectory: z.string(),
  /** Private key file, PEM PKCS #8 Ed25519. */
  keyFile: z.string(),
  origin: z.string(),
  witnessSocket: z.string(),
});

export const witnessSettings = z.strictObject({
  logLevel: common.logLevel,
  socket: z.string(),
  stateFile: z.string(),
  /** The log's published checkpoint where the witness can read it, else null. */
  publishedCheckpoint: z.string().nullable(),
  keyFile: z.string(),
  name: z.string(),
  logVerifierKey: z.string(),
});

export const demoWorldSettings = z.strictObject({
  logLevel: common.logLevel,
  host: z.string(),
  port: z.number().int().min(0).max(65_535),
  seed: z.number().int(),
  /** Where the stand-in keeps its state, so that effects survive its restart. */
  stateFile: z.string(),
});

export type AgentSettings = z.infer<typeof agentSettings>;
export type ExecutorSettings = z.infer<typeof executorSettings>;
export type ServerSettings = z.infer<typeof serverSettings>;
export type LakeSettings = z.infer<typeof lakeSettings>;
export type LogSettings = z.infer<typeof logSettings>;
export type WitnessSettings = z.infer<typeof witnessSettings>;
export type DemoWorldSettings = z.infer<typeof demoWorldSettings>;
export type ChangeSystemSettings = z.infer<typeof changeSystem>;
export type AwsSessionSettings = z.infer<typeof awsSession>;

/** Reads this process's settings from the environment variable's text; throws `InputError` naming the field. */
export function parseProcessSettings<Schema extends z.ZodType>(
  schema: Schema,
  text: string | undefined,
): z.infer<Schema> {
  if (text === undefined) {
    throw new InputError('SETTINGS_MISSING', 'COUNTERFOIL_SETTINGS is not set', {
      remedy: 'start processes with `counterfoil up`, which gives each its own settings',
    });
  }
  const result = schema.safeParse(JSON.parse(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new InputError(
    'SETTINGS_INVALID',
    `process settings: ${issue?.path.join('.') ?? '?'}: ${issue?.message ?? 'invalid'}`,
  );
}
