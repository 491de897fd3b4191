import { mkdirSync } from 'node:fs';
import { logSettings } from '@counterfoil/config';
import { entryWriter } from '@counterfoil/guard';
import { readKeyFile, runProcess } from '@counterfoil/process';
import { openLogReader, openStore } from '@counterfoil/store';
import { runLog } from './run-log.ts';

await runProcess({
  name: 'log',
  schema: logSettings,
  settingsText: process.env['COUNTERFOIL_SETTINGS'],
  async start({ settings, logger, clock, newId, newSalt }) {
    const { databaseUrl, logDirectory, origin, witnessSocket } = settings;
    const privateKey = readKeyFile(settings.keyFile);
    mkdirSync(logDirectory, { recursive: true });
    const store = await openStore({ databaseUrl, clock, newId, writeEntry: entryWriter(newSalt) });
    const log = await runLog({
      directory: logDirectory,
      origin,
      privateKey,
      witnessSocket,
      reader: openLogReader(logDirectory),
      store,
      logger,
    });
    logger.info({ size: log.size(), origin }, 'log runs');
    return {
      async stop() {
        await log.stop();
        await store.close();
      },
    };
  },
});
