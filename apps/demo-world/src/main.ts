import { demoWorldSettings } from '@counterfoil/config';
import { runProcess } from '@counterfoil/process';
import { createDemoWorld, DEMO_LAST_DAY, generateOrganisation } from '@counterfoil/simulator';

await runProcess({
  name: 'demo-world',
  schema: demoWorldSettings,
  settingsText: process.env['COUNTERFOIL_SETTINGS'],
  async start({ settings, logger }) {
    const { host, seed, stateFile } = settings;
    const organisation = generateOrganisation({ seed, lastDay: DEMO_LAST_DAY });
    const world = createDemoWorld({ organisation, stateFile });
    const port = await world.listen(host, settings.port);
    logger.info({ port }, 'stand-ins of AWS, Slack and Jira listen');
    return { ready: { port }, stop: () => world.close() };
  },
});
