import { randomBytes } from 'node:crypto';
import { destination, pino } from 'pino';
import { lakeSettings, parseProcessSettings } from '@counterfoil/config';
import { PlatformError } from '@counterfoil/core';
import { entryWriter } from '@counterfoil/guard';
import { openStore } from '@counterfoil/store';
import { runLake } from './run-lake.ts';

const EXIT_FAILED = 3;
const EXIT_INTEGRITY = 4;
const STOP_TIMEOUT_MS = 5_000;
const STDERR = 2;

const settings = parseProcessSettings(lakeSettings, process.env['COUNTERFOIL_SETTINGS']);
const logger = pino({ name: 'lake', level: settings.logLevel }, destination(STDERR));

try {
  await start();
} catch (error) {
  if (!(error instanceof PlatformError)) throw error;
  logger.fatal({ code: error.code, remedy: error.remedy }, error.message);
  process.exit(error.class === 'integrity' ? EXIT_INTEGRITY : EXIT_FAILED);
}

async function start(): Promise<void> {
  const clock = { nowMs: () => Date.now() };
  const store = await openStore({
    databaseUrl: settings.databaseUrl,
    clock,
    newId: (prefix) => `${prefix}_${randomBytes(16).toString('base64url')}`,
    writeEntry: entryWriter(() => randomBytes(32)),
  });
  const lake = await runLake({ settings, store, clock, logger });
  stopWith(async () => {
    await lake.stop();
    await store.close();
  });
  logger.info({ socket: settings.socket }, 'lake runs');
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
