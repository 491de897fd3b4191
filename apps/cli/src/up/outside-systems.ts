import type { AwsSessionSettings, ChangeSystemSettings, Configuration } from '@counterfoil/config';
import { demoConnections } from '@counterfoil/simulator';
import type { ReadSecret } from '../state/read-secret.ts';

/** The outside systems that are configured, with their secrets already read; what is absent is not offered. */
export interface OutsideSystems {
  readonly readSession?: AwsSessionSettings;
  readonly writeSession?: AwsSessionSettings;
  readonly slack?: {
    readonly channelId: string;
    readonly access: { readonly token: string; readonly apiUrl?: string };
  };
  readonly jira?: {
    readonly ticket: {
      readonly projectKey: string;
      readonly issueType: string;
      readonly sourceField: string;
    };
    readonly access: { readonly host: string; readonly email: string; readonly apiToken: string };
  };
  readonly changes?: ChangeSystemSettings;
  readonly environments: Readonly<Record<string, string>>;
}

/** The configured systems; secrets are read now, so that a missing one is reported at start and not at the first use. */
export async function configuredSystems(
  configuration: Configuration,
  readSecret: ReadSecret,
): Promise<OutsideSystems> {
  const { aws, slack, jira, environments } = configuration;
  const externalId = aws?.externalId === undefined ? undefined : await readSecret(aws.externalId);
  const session = aws && {
    region: aws.region,
    ...(aws.endpoint !== undefined && { endpoint: aws.endpoint }),
    ...(externalId !== undefined && { externalId }),
  };
  return {
    ...(session && {
      readSession: {
        ...session,
        ...(aws?.readRoleArn !== undefined && { roleArn: aws.readRoleArn }),
      },
      writeSession: {
        ...session,
        ...(aws?.writeRoleArn !== undefined && { roleArn: aws.writeRoleArn }),
      },
    }),
    ...(slack && {
      slack: {
        channelId: slack.channelId,
        access: {
          token: await readSecret(slack.token),
          ...(slack.apiUrl !== undefined && { apiUrl: slack.apiUrl }),
        },
      },
    }),
    ...(jira && {
      jira: {
        ticket: {
          projectKey: jira.projectKey,
          issueType: jira.issueType,
          sourceField: jira.sourceField,
        },
        access: { host: jira.host, email: jira.email, apiToken: await readSecret(jira.apiToken) },
      },
    }),
    ...(configuration.changes && {
      changes: await changesOf(configuration.changes, readSecret),
    }),
    environments,
  };
}

async function changesOf(
  changes: NonNullable<Configuration['changes']>,
  readSecret: ReadSecret,
): Promise<ChangeSystemSettings> {
  return changes.system === 'jira'
    ? { ...changes, apiToken: await readSecret(changes.apiToken) }
    : { ...changes, password: await readSecret(changes.password) };
}

/** The demonstration's stand-ins in place of what is not configured. */
export function demoSystems(
  configured: OutsideSystems,
  worldUrl: string,
  environments: Readonly<Record<string, string>>,
): OutsideSystems {
  return {
    ...demoConnections(worldUrl),
    ...configured,
    environments: { ...environments, ...configured.environments },
  };
}
