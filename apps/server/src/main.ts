import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { destination, pino } from 'pino';
import { parseProcessSettings, serverSettings } from '@counterfoil/config';
import { InputError, PlatformError } from '@counterfoil/core';
import { entryWriter, parseTrust, type Trust } from '@counterfoil/guard';
import { openStore } from '@counterfoil/store';
import { guardDoor } from './door/guard-door.ts';
import { newId, startServer } from './server.ts';

const EXIT_FAILED = 3;
const STOP_TIMEOUT_MS = 5_000;
const STDERR = 2;

const settings = parseProcessSettings(serverSettings, process.env['COUNTERFOIL_SETTINGS']);
const logger = pino({ name: 'server', level: settings.logLevel }, destination(STDERR));

try {
  await start();
} catch (error) {
  if (!(error instanceof PlatformError)) throw error;
  logger.fatal({ code: error.code, remedy: error.remedy }, error.message);
  process.exit(EXIT_FAILED);
}

async function start(): Promise<void> {
  const clock = { nowMs: () => Date.now() };
  const trust = readTrust();
  const store = await openStore({
    databaseUrl: settings.databaseUrl,
    clock,
    newId,
    writeEntry: entryWriter(() => randomBytes(32)),
  });
  const door = guardDoor({ trust, store, clock });
  const server = await startServer({ settings, store, door, clock, logger });
  stopWith(async () => {
    await server.stop();
    await store.close();
  });
  logger.info({ port: server.port, publicUrl: settings.publicUrl }, 'server listens');
  process.send?.({ type: 'ready', port: server.port });
}

/** Public keys only: the server holds no private key of anybody. */
function readTrust(): Trust {
  const trust = parseTrust(readFileSync(settings.trustFile, 'utf8'));
  if (trust.tenant === settings.tenant) return trust;
  throw new InputError('TENANT_MISMATCH', `the trust file is of tenant ${trust.tenant}`, {
    remedy: `give the trust file of tenant ${settings.tenant}`,
  });
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
