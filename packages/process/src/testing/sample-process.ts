import { z } from 'zod';
import { IntegrityError, invariant } from '@counterfoil/core';
import { runProcess } from '../run-process.ts';

/** A process for the tests, which starts as its settings say. */
await runProcess({
  name: 'sample',
  schema: z.strictObject({
    logLevel: z.enum(['info']),
    behaviour: z.enum(['run', 'integrity', 'bug']),
  }),
  settingsText: process.env['COUNTERFOIL_SETTINGS'],
  async start({ settings, logger }) {
    invariant(settings.behaviour !== 'bug', 'a bug at the start');
    if (settings.behaviour === 'integrity') {
      throw new IntegrityError('CHAIN_BROKEN', 'the log does not hold');
    }
    const keepAlive = setInterval(() => undefined, 1_000);
    return {
      ready: { port: 7 },
      async stop() {
        clearInterval(keepAlive);
        logger.info('released');
      },
    };
  },
});
