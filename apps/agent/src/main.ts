import { agentSettings } from '@counterfoil/config';
import { entryWriter } from '@counterfoil/guard';
import { runProcess } from '@counterfoil/process';
import { openStore } from '@counterfoil/store';
import { runAgent } from './run-agent.ts';

await runProcess({
  name: 'agent',
  schema: agentSettings,
  settingsText: process.env['COUNTERFOIL_SETTINGS'],
  async start({ settings, logger, clock, newId, newSalt }) {
    const { databaseUrl } = settings;
    const store = await openStore({ databaseUrl, clock, newId, writeEntry: entryWriter(newSalt) });
    const agent = await runAgent({ settings, store, clock, newId, logger });
    return {
      async stop() {
        await agent.stop();
        await store.close();
      },
    };
  },
});
