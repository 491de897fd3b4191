import { destination, pino } from 'pino';
import { demoWorldSettings, parseProcessSettings } from '@counterfoil/config';
import { PlatformError } from '@counterfoil/core';
import { createDemoWorld, DEMO_LAST_DAY, generateOrganisation } from '@counterfoil/simulator';

const EXIT_FAILED = 3;
const STOP_TIMEOUT_MS = 5_000;
const STDERR = 2;

const settings = parseProcessSettings(demoWorldSettings, process.env['COUNTERFOIL_SETTINGS']);
const logger = pino({ name: 'demo-world', level: settings.logLevel }, destination(STDERR));

try {
  await start();
} catch (error) {
  if (!(error instanceof PlatformError)) throw error;
  logger.fatal({ code: error.code, remedy: error.remedy }, error.message);
  process.exit(EXIT_FAILED);
}

async function start(): Promise<void> {
  const { host, port, seed, stateFile } = settings;
  const organisation = generateOrganisation({ seed, lastDay: DEMO_LAST_DAY });
  const world = createDemoWorld({ organisation, stateFile });
  const portTaken = await world.listen(host, port);
  stopWith(() => world.close());
  logger.info({ port: portTaken }, 'stand-ins of AWS, Slack and Jira listen');
  process.send?.({ type: 'ready', port: portTaken });
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
