import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type {
  AgentSettings,
  Configuration,
  DemoWorldSettings,
  ExecutorSettings,
  LakeSettings,
  LogSettings,
  ServerSettings,
  WitnessSettings,
} from '@counterfoil/config';
import type { StateDirectory } from '../state/state-directory.ts';
import { logKeyFile, witnessKeyFile, witnessNameOf, witnessStateFile } from '../state/log-keys.ts';
import type { OutsideSystems } from './outside-systems.ts';
import { PROGRAM_ROOT } from './processes.ts';

/** Everything that the settings of the processes are made from. */
export interface SettingsInputs {
  readonly state: StateDirectory;
  readonly configuration: Configuration;
  /** Connection string of each process's own database role. */
  readonly databaseUrls: Readonly<Record<'agent' | 'executor' | 'server' | 'lake' | 'log', string>>;
  readonly lakeToken: string;
  readonly verifierKeys: {
    readonly origin: string;
    readonly log: string;
    readonly witness: string;
  };
  readonly outside: OutsideSystems;
  readonly plannedActivities: LakeSettings['plannedActivities'];
  /** What the lake judges the quality of its data by. */
  readonly dataQuality?: Pick<LakeSettings, 'focusModelFile' | 'taxonomy'>;
  /** With absolute paths. */
  readonly plannedCalendars?: LakeSettings['plannedCalendars'];
  readonly server: { readonly host: string; readonly port: number; readonly publicUrl: string };
  /** Address of the demonstration's stand-ins, null outside of it. */
  readonly demoWorld: { readonly host: string; readonly port: number; readonly url: string } | null;
  readonly demoSeed: number;
}

/** Socket on which the lake answers. */
export function lakeSocket(state: StateDirectory): string {
  return join(state.sockets, 'lake.sock');
}

function witnessSocket(state: StateDirectory): string {
  return join(state.sockets, 'witness.sock');
}

/** Settings of the witness: its own key, and the log's public one. */
export function witnessSettingsOf({
  state,
  configuration,
  verifierKeys,
}: SettingsInputs): WitnessSettings {
  return {
    logLevel: configuration.logLevel,
    socket: witnessSocket(state),
    stateFile: witnessStateFile(state),
    publishedCheckpoint: join(state.transparencyLog, 'checkpoint'),
    keyFile: witnessKeyFile(state),
    name: witnessNameOf(configuration.tenant),
    logVerifierKey: verifierKeys.log,
  };
}

/** Settings of the log process: the only one that holds the log's private key. */
export function logSettingsOf(inputs: SettingsInputs): LogSettings {
  const { state, databaseUrls, verifierKeys } = inputs;
  return {
    ...common(inputs, databaseUrls.log),
    logDirectory: state.transparencyLog,
    keyFile: logKeyFile(state),
    origin: verifierKeys.origin,
    witnessSocket: witnessSocket(state),
  };
}

/** Settings of the lake. */
export function lakeSettingsOf(inputs: SettingsInputs): LakeSettings {
  const { state, configuration, databaseUrls, lakeToken, plannedActivities, plannedCalendars } =
    inputs;
  return {
    ...common(inputs, databaseUrls.lake),
    socket: lakeSocket(state),
    token: lakeToken,
    caseToken: caseTokenOf(lakeToken),
    lakeDirectory: state.lake,
    memoryLimitMb: configuration.lake.memoryLimitMb,
    ...inputs.dataQuality,
    plannedActivities,
    ...(plannedCalendars && { plannedCalendars }),
  };
}

/** Settings of the agent: what to read and which channels exist; no credential that writes anywhere. */
export function agentSettingsOf(inputs: SettingsInputs): AgentSettings {
  const { state, configuration, databaseUrls, lakeToken, outside } = inputs;
  return {
    ...common(inputs, databaseUrls.agent),
    lakeSocket: lakeSocket(state),
    lakeToken: caseTokenOf(lakeToken),
    playbooksDirectory: join(PROGRAM_ROOT, 'playbooks'),
    causesDirectory: join(PROGRAM_ROOT, 'causes'),
    policiesDirectory: state.policies,
    ...(outside.readSession && { aws: outside.readSession }),
    ...(outside.slack && { slack: { channelId: outside.slack.channelId } }),
    ...(outside.jira && { jira: outside.jira.ticket }),
    triage: configuration.triage,
    approvalTtlMs: configuration.approvals.ttl,
    release: configuration.release,
    onBehalfOf: configuration.onBehalfOf,
    environments: outside.environments,
  };
}

/** Settings of the executor: the credentials that write, and public keys. */
export function executorSettingsOf(inputs: SettingsInputs): ExecutorSettings {
  const { state, configuration, databaseUrls, outside } = inputs;
  return {
    ...common(inputs, databaseUrls.executor),
    policiesDirectory: state.policies,
    policy: configuration.policy,
    trustFile: state.trustFile,
    logDirectory: state.transparencyLog,
    ...(outside.writeSession && { aws: outside.writeSession }),
    ...(outside.slack && {
      slack: { channelId: outside.slack.channelId, ...outside.slack.access },
    }),
    ...(outside.jira && { jira: { ...outside.jira.ticket, ...outside.jira.access } }),
    ...(outside.changes && { changes: outside.changes }),
    approvalTtlMs: configuration.approvals.ttl,
    grantTtlMs: configuration.approvals.grantTtl,
    environments: outside.environments,
    releases: [configuration.release],
  };
}

/** Settings of the API and console. */
export function serverSettingsOf(inputs: SettingsInputs): ServerSettings {
  const { state, databaseUrls, server, demoWorld } = inputs;
  return {
    ...common(inputs, databaseUrls.server),
    ...server,
    trustFile: state.trustFile,
    logDirectory: state.transparencyLog,
    consoleDirectory: join(PROGRAM_ROOT, 'apps', 'console', 'dist'),
    ...(demoWorld && { demo: { worldUrl: demoWorld.url } }),
  };
}

/** Settings of the demonstration's stand-ins. */
export function demoWorldSettingsOf(
  { state, configuration, demoSeed }: SettingsInputs,
  { host, port }: { readonly host: string; readonly port: number },
): DemoWorldSettings {
  return {
    logLevel: configuration.logLevel,
    host,
    port,
    seed: demoSeed,
    stateFile: join(state.demo, 'world.json'),
  };
}

/** What the agent shows to the lake instead of the operator's token, which does not follow from it. */
function caseTokenOf(lakeToken: string): string {
  return createHash('sha256').update(`counterfoil-case-token-v1\n${lakeToken}`).digest('base64url');
}

function common({ configuration }: SettingsInputs, databaseUrl: string) {
  const { tenant, logLevel } = configuration;
  return { tenant, logLevel, databaseUrl };
}
