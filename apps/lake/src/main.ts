import { lakeSettings } from '@counterfoil/config';
import { entryWriter } from '@counterfoil/guard';
import { runProcess } from '@counterfoil/process';
import { openStore } from '@counterfoil/store';
import { runLake } from './run-lake.ts';

await runProcess({
  name: 'lake',
  schema: lakeSettings,
  settingsText: process.env['COUNTERFOIL_SETTINGS'],
  async start({ settings, logger, clock, newId, newSalt }) {
    const { databaseUrl, socket } = settings;
    const store = await openStore({ databaseUrl, clock, newId, writeEntry: entryWriter(newSalt) });
    const lake = await runLake({ settings, store, clock, logger });
    logger.info({ socket }, 'lake runs');
    return {
      async stop() {
        await lake.stop();
        await store.close();
      },
    };
  },
});
