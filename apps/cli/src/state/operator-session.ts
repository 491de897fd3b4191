import { buildRegistry, type ApproverRegistry, type Trust } from '@counterfoil/guard';
import { openLakeAdmin, type LakeAdmin } from '@counterfoil/lake-client';
import type { Store } from '@counterfoil/store';
import {
  loadConfiguration,
  stateDirectoryOf,
  type CommandContext,
  type LoadedConfiguration,
  type PlaceOptions,
} from '../command-context.ts';
import { lockDirectory, lockHolder } from '../supervisor/directory-lock.ts';
import { startProgress } from '../terminal/progress.ts';
import { readDemoOrganisation } from '../up/demo-organisation.ts';
import { startPlatform } from '../up/platform.ts';
import { lakeSocket } from '../up/settings.ts';
import { databaseUrlOf, openDatabase } from './database.ts';
import { readInstallationRecord } from './installation-file.ts';
import { openOperatorStore } from './operator-store.ts';
import { secretReader } from './read-secret.ts';
import { readSecrets } from './secrets.ts';
import { prepareStateDirectory, type StateDirectory } from './state-directory.ts';
import { readTrust } from './trust-file.ts';

/** An installation as an operator's command sees it. */
export interface OperatorSession {
  readonly state: StateDirectory;
  readonly store: Store;
  readonly databaseUrl: string;
  readonly trust: Trust;
  /** Whether `counterfoil up` runs on it, and with it the executor. */
  readonly isUp: boolean;
  /** Who may sign with which key, enrolments included. */
  registry(): Promise<ApproverRegistry>;
}

/**
 * Runs `work` on the records of an installation. Uses the database of a running `counterfoil up`, or else starts it for the
 * time of the command.
 */
export async function withOperator(
  context: CommandContext,
  options: PlaceOptions,
  work: (session: OperatorSession) => Promise<void>,
): Promise<void> {
  const loaded = loadConfiguration(context, options);
  const state = stateDirectoryOf(context, options, loaded);
  const secrets = readSecrets(state.secretsFile);
  const trust = readTrust(state.trustFile);
  const place = {
    state,
    configuration: loaded.configuration,
    secrets,
    readSecret: secretReader(context, loaded),
  };
  const isUp = lockHolder(state.lockFile) !== null;
  const stop = isUp ? async () => undefined : await startDatabaseAlone(place);
  try {
    const databaseUrl = await databaseUrlOf('cf_operator', place);
    const store = await openOperatorStore(databaseUrl);
    try {
      const registry = async () => buildRegistry(trust, await store.enrolments.list());
      await work({ state, store, databaseUrl, trust, isUp, registry });
    } finally {
      await store.close();
    }
  } finally {
    await stop();
  }
}

async function startDatabaseAlone(
  place: Omit<Parameters<typeof openDatabase>[0], 'say'>,
): Promise<() => Promise<void>> {
  const release = lockDirectory(place.state.lockFile);
  try {
    const database = await openDatabase({ ...place, say: () => undefined });
    return async () => {
      await database.stop();
      release();
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** Runs `work` on the lake: that of a running `counterfoil up`, or one started for the time of the command. */
export async function withLake(
  context: CommandContext,
  options: PlaceOptions,
  work: (lake: LakeAdmin) => Promise<void>,
): Promise<void> {
  const loaded = loadConfiguration(context, options);
  const state = stateDirectoryOf(context, options, loaded);
  if (lockHolder(state.lockFile) !== null) {
    const { lakeToken } = readSecrets(state.secretsFile);
    return work(openLakeAdmin({ socket: lakeSocket(state), token: lakeToken }));
  }
  return withOwnLake(context, { loaded, state }, work);
}

async function withOwnLake(
  context: CommandContext,
  { loaded, state }: { readonly loaded: LoadedConfiguration; readonly state: StateDirectory },
  work: (lake: LakeAdmin) => Promise<void>,
): Promise<void> {
  prepareStateDirectory(state);
  const progress = startProgress(context.terminal, 'Starting the lake');
  const platform = await startPlatform({
    state,
    loaded,
    environment: context.terminal.environment,
    readSecret: secretReader(context, loaded),
    mode: readInstallationRecord(state.installationFile)?.mode ?? 'live',
    demo: readDemoOrganisation(state),
    port: undefined,
    extent: 'lake',
    say: (text) => progress.say(text),
    warn: (text) => progress.warn(text),
  });
  progress.done('The lake is up for this command');
  try {
    const { lakeToken } = platform.installation.secrets;
    await work(openLakeAdmin({ socket: lakeSocket(state), token: lakeToken }));
  } finally {
    await platform.stop();
  }
}
