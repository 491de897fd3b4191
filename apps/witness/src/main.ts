import { witnessSettings } from '@counterfoil/config';
import { parseVerifierKey } from '@counterfoil/guard';
import { readKeyFile, runProcess } from '@counterfoil/process';
import { serveWitness } from './witness-server.ts';
import { openWitnessState } from './witness-state.ts';

await runProcess({
  name: 'witness',
  schema: witnessSettings,
  settingsText: process.env['COUNTERFOIL_SETTINGS'],
  async start({ settings, logger, clock }) {
    const { name: origin } = parseVerifierKey(settings.logVerifierKey, 'log');
    const server = await serveWitness({
      ...settings,
      privateKey: readKeyFile(settings.keyFile),
      state: await openWitnessState(settings.stateFile, origin),
      nowMs: () => clock.nowMs(),
      logger,
    });
    logger.info({ socket: settings.socket, origin }, 'witness listens');
    return {
      stop: () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    };
  },
});
