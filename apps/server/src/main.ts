import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { parseProcessSettings, serverSettings } from '@counterfoil/config';
import { entryWriter, parseTrust } from '@counterfoil/guard';
import { openStore } from '@counterfoil/store';
import { guardDoor } from './door/guard-door.ts';
import { newId, startServer } from './server.ts';

/** How long a stop may take before the process ends anyway. */
const STOP_TIMEOUT_MS = 5_000;

const SALT_BYTES = 32;

const settings = parseProcessSettings(serverSettings, process.env['COUNTERFOIL_SETTINGS']);
const logger = pino({ name: 'server', level: settings.logLevel });
const clock = { nowMs: () => Date.now() };
const trust = parseTrust(readFileSync(settings.trustFile, 'utf8'));
const store = await openStore({
  databaseUrl: settings.databaseUrl,
  clock,
  newId,
  writeEntry: entryWriter(() => randomBytes(SALT_BYTES)),
});
const door = guardDoor({ trust, store, clock });
const server = await startServer({ settings, store, door, clock, logger });
logger.info({ port: server.port, publicUrl: settings.publicUrl }, 'server listens');
process.send?.({ type: 'ready', port: server.port });

let stopping = false;
const stop = async () => {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
  await server.stop();
  await store.close();
  process.exit(0);
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.on('disconnect', stop);
