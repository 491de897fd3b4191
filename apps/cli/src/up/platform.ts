import { dirname, resolve } from 'node:path';
import type { LoadedConfiguration } from '../command-context.ts';
import type { ReadSecret } from '../state/read-secret.ts';
import { openDatabase, type Database } from '../state/database.ts';
import { prepareStateDirectory, type StateDirectory } from '../state/state-directory.ts';
import { lockDirectory } from '../supervisor/directory-lock.ts';
import { createSupervisor, type Supervisor } from '../supervisor/supervisor.ts';
import type { DemoOrganisation } from './demo-organisation.ts';
import { qualitySettings } from '../allocation/quality-settings.ts';
import { choosePort } from './free-port.ts';
import { ensureInstallation, type Installation } from './installation.ts';
import { configuredSystems, demoSystems } from './outside-systems.ts';
import { processSpec, type ProcessName } from './processes.ts';
import * as settings from './settings.ts';

/** A running installation: its database and processes. */
export interface Platform {
  readonly installation: Installation;
  readonly database: Database;
  /** Address of the console; null where the server was not asked for. */
  readonly consoleUrl: string | null;
  pids(): Readonly<Record<string, number | null>>;
  /** Stops everything in order: who acts first, the database last. A second call waits for the first. */
  stop(): Promise<void>;
}

export interface PlatformInputs {
  readonly state: StateDirectory;
  readonly loaded: LoadedConfiguration;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readSecret: ReadSecret;
  /** `demo` adds the stand-ins, the local operator and browser-held keys. */
  readonly mode: 'demo' | 'live';
  readonly demo: DemoOrganisation | null;
  /** Port of the console: asked for by name, or the configured one if it is free. */
  readonly port: number | undefined;
  /** `lake` runs only what ingest and detection need. */
  readonly extent: 'all' | 'lake';
  readonly say: (message: string) => void;
  /** Told of what went wrong and is being mended. */
  readonly warn: (message: string) => void;
}

const LOOPBACK = '127.0.0.1';

/** Brings an installation up. When that fails, what was started is stopped before the error is thrown. */
export async function startPlatform(inputs: PlatformInputs): Promise<Platform> {
  const { state, loaded, mode, say, warn } = inputs;
  prepareStateDirectory(state);
  const release = lockDirectory(state.lockFile);
  const undo: (() => Promise<void>)[] = [async () => release()];
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= unwind(undo));
  try {
    const installation = ensureInstallation(state, loaded, { mode, nowMs: Date.now() });
    say('Starting the database');
    const { configuration } = loaded;
    const { secrets } = installation;
    const database = await openDatabase({ ...inputs, configuration, secrets });
    undo.push(() => database.stop());
    database.watch(warn);
    const supervisor = await createSupervisor(state.processesFile, warn);
    undo.push(() => supervisor.stop());
    const consoleUrl = await startProcesses(inputs, { installation, database, supervisor });
    return { installation, database, consoleUrl, pids: () => supervisor.pids(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function unwind(undo: readonly (() => Promise<void>)[]): Promise<void> {
  for (const step of undo.toReversed()) await step();
}

interface Parts {
  readonly installation: Installation;
  readonly database: Database;
  readonly supervisor: Supervisor;
}

async function startProcesses(inputs: PlatformInputs, parts: Parts): Promise<string | null> {
  const { state, environment, extent, mode, say } = inputs;
  const start = (entries: readonly (readonly [ProcessName, unknown])[]) =>
    parts.supervisor.start(
      entries.map(([name, content]) => {
        const reach = name === 'agent' || name === 'executor' ? 'outside' : 'inside';
        return processSpec(name, content, { state, environment, reach });
      }),
    );
  const given = await settingsInputs(inputs, parts);
  say('Starting the log, its witness and the lake');
  await start([
    ['witness', settings.witnessSettingsOf(given)],
    ['log', settings.logSettingsOf(given)],
    ['lake', settings.lakeSettingsOf(given)],
    ...(given.demoWorld && extent === 'all'
      ? [['demo-world', settings.demoWorldSettingsOf(given, given.demoWorld)] as const]
      : []),
  ]);
  if (extent === 'lake') return null;
  say(
    mode === 'demo'
      ? 'Starting executor, agent and console'
      : 'Starting executor, agent and server',
  );
  await start([
    ['executor', settings.executorSettingsOf(given)],
    ['agent', settings.agentSettingsOf(given)],
    ['server', settings.serverSettingsOf(given)],
  ]);
  return given.server.publicUrl;
}

async function settingsInputs(
  inputs: PlatformInputs,
  { installation, database }: Parts,
): Promise<settings.SettingsInputs> {
  const { state, loaded, mode, demo, readSecret } = inputs;
  const { configuration } = loaded;
  const { secrets, verifierKeys } = installation;
  const { urls } = database;
  const worldPort = await choosePort(LOOPBACK, 0, 'any');
  const world = { host: LOOPBACK, port: worldPort, url: `http://${LOOPBACK}:${worldPort}` };
  const demoWorld = mode === 'demo' ? world : null;
  const configured = await configuredSystems(configuration, readSecret);
  return {
    state,
    configuration,
    databaseUrls: {
      agent: urls.cf_agent,
      executor: urls.cf_executor,
      server: urls.cf_server,
      lake: urls.cf_lake,
      log: urls.cf_log,
    },
    lakeToken: secrets.lakeToken,
    verifierKeys,
    outside: demoWorld
      ? demoSystems(configured, demoWorld.url, demo?.environments ?? {})
      : configured,
    dataQuality: await qualitySettings(loaded),
    plannedActivities: [...configuration.plannedActivities, ...(demo?.plannedActivities ?? [])],
    plannedCalendars: configuration.plannedCalendars.map((calendar) => ({
      ...calendar,
      file: resolve(dirname(loaded.file ?? ''), calendar.file),
    })),
    server: await serverAddress(inputs),
    demoWorld,
    demoSeed: demo?.seed ?? 1,
  };
}

async function serverAddress({ loaded, port, extent }: PlatformInputs) {
  const { host, port: usual, publicUrl } = loaded.configuration.server;
  if (extent === 'lake') return { host, port: 0, publicUrl: publicUrl ?? '' };
  // A public address names its port, so moving to another one would make it wrong.
  const ifTaken = port === undefined && publicUrl === undefined ? 'any' : 'fail';
  const chosen = await choosePort(host, port ?? usual, ifTaken);
  // Passkeys need a name: browsers accept `localhost` without TLS, never a bare address.
  const name = host === LOOPBACK || host === '::1' ? 'localhost' : host;
  return { host, port: chosen, publicUrl: publicUrl ?? `http://${name}:${chosen}` };
}
