import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { pino } from 'pino';
import { logSettings, parseProcessSettings } from '@counterfoil/config';
import { InputError, PlatformError } from '@counterfoil/core';
import { entryWriter, readPrivateKey } from '@counterfoil/guard';
import { openLogReader, openStore } from '@counterfoil/store';
import { runLog } from './run-log.ts';

const EXIT_FAILED = 3;
const EXIT_INTEGRITY = 4;
const STOP_TIMEOUT_MS = 5_000;

const settings = parseProcessSettings(logSettings, process.env['COUNTERFOIL_SETTINGS']);
const logger = pino({ name: 'log', level: settings.logLevel });

try {
  await start();
} catch (error) {
  if (!(error instanceof PlatformError)) throw error;
  const { code, remedy, message } = error;
  logger.fatal({ code, remedy }, message);
  process.exit(error.class === 'integrity' ? EXIT_INTEGRITY : EXIT_FAILED);
}

async function start(): Promise<void> {
  const privateKey = readKey(settings.keyFile);
  mkdirSync(settings.logDirectory, { recursive: true });
  const store = await openStore({
    databaseUrl: settings.databaseUrl,
    clock: { nowMs: () => Date.now() },
    newId: (prefix) => `${prefix}_${randomBytes(16).toString('base64url')}`,
    writeEntry: entryWriter(() => randomBytes(32)),
  });
  const log = await runLog({
    directory: settings.logDirectory,
    origin: settings.origin,
    privateKey,
    witnessSocket: settings.witnessSocket,
    reader: openLogReader(settings.logDirectory),
    store,
    logger,
  });
  logger.info({ size: log.size(), origin: settings.origin }, 'log runs');
  stopWith(async () => {
    await log.stop();
    await store.close();
  });
  process.send?.({ type: 'ready' });
}

/** Ends when asked to, and when the parent process is gone. */
function stopWith(release: () => Promise<void>): void {
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    await release();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, stop);
}

function readKey(path: string): ReturnType<typeof readPrivateKey> {
  try {
    return readPrivateKey(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new InputError('KEY_UNREADABLE', `the log key ${path} can not be read`, {
      cause,
      remedy: 'check the path and the rights of keyFile, and that it is an Ed25519 key in PEM',
    });
  }
}
