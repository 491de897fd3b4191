import { executorSettings } from '@counterfoil/config';
import { entryWriter } from '@counterfoil/guard';
import { runProcess } from '@counterfoil/process';
import { openStore } from '@counterfoil/store';
import { runExecutor } from './run-executor.ts';

await runProcess({
  name: 'executor',
  schema: executorSettings,
  settingsText: process.env['COUNTERFOIL_SETTINGS'],
  async start({ settings, logger, clock, newId, newSalt }) {
    const { databaseUrl } = settings;
    const store = await openStore({ databaseUrl, clock, newId, writeEntry: entryWriter(newSalt) });
    const executor = await runExecutor({ settings, store, clock, logger });
    return {
      async stop() {
        await executor.stop();
        await store.close();
      },
    };
  },
});
