import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { parseProcessSettings, witnessSettings } from '@counterfoil/config';
import { InputError, PlatformError } from '@counterfoil/core';
import { parseVerifierKey, readPrivateKey } from '@counterfoil/guard';
import { serveWitness } from './witness-server.ts';
import { openWitnessState } from './witness-state.ts';

const EXIT_CODES = { integrity: 4, other: 3 } as const;

const settings = parseProcessSettings(witnessSettings, process.env['COUNTERFOIL_SETTINGS']);
const logger = pino({ name: 'witness', level: settings.logLevel });

try {
  const { name: origin } = parseVerifierKey(settings.logVerifierKey, 'log');
  const server = await serveWitness({
    ...settings,
    privateKey: readKey(settings.keyFile),
    state: await openWitnessState(settings.stateFile, origin),
    nowMs: () => Date.now(),
    logger,
  });
  const stop = (): void => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
  logger.info({ socket: settings.socket, origin }, 'witness listens');
  process.send?.({ type: 'ready' });
} catch (error) {
  if (!(error instanceof PlatformError)) throw error;
  logger.fatal({ code: error.code, remedy: error.remedy }, error.message);
  process.exit(error.class === 'integrity' ? EXIT_CODES.integrity : EXIT_CODES.other);
}

function readKey(path: string): ReturnType<typeof readPrivateKey> {
  try {
    return readPrivateKey(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new InputError('KEY_UNREADABLE', `the witness key ${path} can not be read`, {
      cause,
      remedy: 'check the path and the rights of keyFile, and that it is an Ed25519 key in PEM',
    });
  }
}
