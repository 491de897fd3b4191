import { randomBytes } from 'node:crypto';
import { destination, pino, type Logger } from 'pino';
import type { z } from 'zod';
import { parseProcessSettings } from '@counterfoil/config';
import { PlatformError, type Clock, type NewId } from '@counterfoil/core';

/** What every process is built from: its settings, and the clock, identity and log that the layers below are handed. */
export interface ProcessContext<Settings> {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Fresh unguessable bytes, for the salt of a payload. */
  readonly newSalt: () => Uint8Array;
}

/** A process that runs: what it tells its parent when it is ready, and how it ends in good order. */
export interface RunningProcess {
  readonly ready?: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

export interface ProcessOptions<Schema extends z.ZodType> {
  readonly name: string;
  readonly schema: Schema;
  /** Text of `COUNTERFOIL_SETTINGS`, as the app read it from its environment. */
  readonly settingsText: string | undefined;
  readonly start: (context: ProcessContext<z.infer<Schema>>) => Promise<RunningProcess>;
}

const EXIT_FAILED = 3;
const EXIT_INTEGRITY = 4;
const STOP_TIMEOUT_MS = 5_000;
const STDERR = 2;

/**
 * Runs one process of the installation from its settings to its end. It tells its parent when it is ready, ends when asked to
 * (SIGTERM, SIGINT) or when its parent is gone, and says why it could not start: exit code 4 for an integrity error, 3 for
 * any other operating error; a bug is left to crash.
 */
export async function runProcess<Schema extends z.ZodType>(
  options: ProcessOptions<Schema>,
): Promise<void> {
  const { name, schema, settingsText, start } = options;
  try {
    const settings = parseProcessSettings(schema, settingsText);
    const running = await start({
      settings,
      logger: createLogger(name, levelOf(settings)),
      clock: { nowMs: () => Date.now() },
      newId: (prefix) => `${prefix}_${randomBytes(16).toString('base64url')}`,
      newSalt: () => randomBytes(32),
    });
    stopWhenTold(() => running.stop());
    process.send?.({ type: 'ready', ...running.ready });
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    createLogger(name, 'info').fatal({ code: error.code, remedy: error.remedy }, error.message);
    process.exit(error.class === 'integrity' ? EXIT_INTEGRITY : EXIT_FAILED);
  }
}

function createLogger(name: string, level: string): Logger {
  return pino({ name, level }, destination(STDERR));
}

function levelOf(settings: unknown): string {
  return (settings as { readonly logLevel?: string }).logLevel ?? 'info';
}

function stopWhenTold(release: () => Promise<void>): void {
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    // What does not end by itself is ended: the state is durable, and the next start reconciles.
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    await release();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, stop);
}
