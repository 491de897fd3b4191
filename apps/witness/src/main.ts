import { witnessSettings } from '@counterfoil/config';
import { parseVerifierKey, verifierKeyOf } from '@counterfoil/guard';
import { readKeyFile, runProcess } from '@counterfoil/process';
import { serveWitness } from './witness-server.ts';
import { openWitnessState } from './witness-state.ts';

await runProcess({
  name: 'witness',
  schema: witnessSettings,
  settingsText: process.env['COUNTERFOIL_SETTINGS'],
  async start({ settings, logger, clock }) {
    const { name: origin } = parseVerifierKey(settings.logVerifierKey, 'log');
    const privateKey = readKeyFile(settings.keyFile);
    const witnessVerifierKey = verifierKeyOf(settings.name, 'witness', privateKey);
    const server = await serveWitness({
      ...settings,
      privateKey,
      state: await openWitnessState(settings, { origin, witnessVerifierKey }),
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
