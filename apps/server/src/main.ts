import { readFileSync } from 'node:fs';
import { serverSettings, type ServerSettings } from '@counterfoil/config';
import { InputError } from '@counterfoil/core';
import { entryWriter, parseTrust, type Trust } from '@counterfoil/guard';
import { runProcess } from '@counterfoil/process';
import { openStore } from '@counterfoil/store';
import { guardDoor } from './door/guard-door.ts';
import { startServer } from './server.ts';

await runProcess({
  name: 'server',
  schema: serverSettings,
  settingsText: process.env['COUNTERFOIL_SETTINGS'],
  async start({ settings, logger, clock, newId, newSalt }) {
    const { databaseUrl, publicUrl } = settings;
    const trust = readTrust(settings);
    const store = await openStore({ databaseUrl, clock, newId, writeEntry: entryWriter(newSalt) });
    const door = guardDoor({ trust, store, clock });
    const server = await startServer({ settings, store, door, clock, newId, logger });
    logger.info({ port: server.port, publicUrl }, 'server listens');
    return {
      ready: { port: server.port },
      async stop() {
        await server.stop();
        await store.close();
      },
    };
  },
});

/** Public keys only: the server holds no private key of anybody. */
function readTrust({ trustFile, tenant }: ServerSettings): Trust {
  const trust = parseTrust(readFileSync(trustFile, 'utf8'));
  if (trust.tenant === tenant) return trust;
  throw new InputError('TENANT_MISMATCH', `the trust file is of tenant ${trust.tenant}`, {
    remedy: `give the trust file of tenant ${tenant}`,
  });
}
