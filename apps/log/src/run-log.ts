import type { Logger } from 'pino';
import { PlatformError, type LogReader } from '@counterfoil/core';
import { verifierKeyOf } from '@counterfoil/guard';
import type { Store } from '@counterfoil/store';
import type { KeyObject } from 'node:crypto';
import { Integrator } from './integrator.ts';
import { recover } from './recover.ts';
import { openWitnessClient } from './witness-client.ts';

/** What the running log needs. */
export interface LogOptions {
  readonly directory: string;
  readonly origin: string;
  readonly privateKey: KeyObject;
  readonly witnessSocket: string;
  readonly reader: LogReader;
  readonly store: Pick<Store, 'log' | 'changes'>;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** A log that runs until it is stopped. */
export interface RunningLog {
  size(): number;
  stop(): Promise<void>;
}

const POLL_MS = 1_000;
const PAUSE_FIRST_MS = 100;
const PAUSE_MAX_MS = 5_000;
/** Characters of an unreadable leaf that are logged. */
const SHOWN_MAX = 200;

/**
 * Recovers, then integrates leaves as they arrive: at once on a notice, and by a poll each second should one be lost. An error stops
 * nothing but publishing: it is logged and tried again, and effects wait.
 */
export async function runLog(options: LogOptions): Promise<RunningLog> {
  const { directory, origin, privateKey, reader, store, logger } = options;
  const logVerifierKey = verifierKeyOf(origin, 'log', privateKey);
  const { size, repaired } = await recover({ directory, logVerifierKey, reader, store: store.log });
  if (repaired) logger.warn({ size }, 'log files were written again from the database');
  const witness = openWitnessClient(options.witnessSocket);
  const quarantined = await store.log.quarantined();
  if (quarantined.length > 0) alarm(logger, { leaves: quarantined });
  const onUnreadable = (entryText: string): void =>
    alarm(logger, { entryText: entryText.slice(0, SHOWN_MAX) });
  const integrator = new Integrator(
    { directory, origin, privateKey, reader, store: store.log, witness, onUnreadable },
    size,
  );
  const bell = new Bell();
  const unsubscribe = await store.changes.subscribe('leaf', () => bell.ring());
  const loop = integrate(integrator, bell, logger);
  return {
    size: () => integrator.size,
    async stop() {
      bell.close();
      await unsubscribe();
      await loop;
    },
  };
}

async function integrate(
  integrator: Integrator,
  bell: Bell,
  logger: LogOptions['logger'],
): Promise<void> {
  let pauseMs = PAUSE_FIRST_MS;
  while (!bell.closed) {
    bell.clear();
    try {
      const count = await integrator.round();
      pauseMs = PAUSE_FIRST_MS;
      if (count > 0) logger.info({ count, size: integrator.size }, 'leaves integrated');
      else await bell.wait(POLL_MS);
    } catch (error) {
      report(logger, error);
      await bell.pause(pauseMs);
      pauseMs = Math.min(2 * pauseMs, PAUSE_MAX_MS);
    }
  }
}

/** No leaf stays out of the log unheard: said when it happens and at each start. */
function alarm(logger: LogOptions['logger'], details: object): void {
  const code = 'LEAF_QUARANTINED';
  const remedy =
    'see `counterfoil log quarantine`: find out how it was written, and by which process';
  logger.error({ code, remedy, details }, 'a leaf that nobody can read stays out of the log');
}

function report(logger: LogOptions['logger'], error: unknown): void {
  if (error instanceof PlatformError) {
    const { code, remedy, details, message } = error;
    logger.error({ code, remedy, details }, `nothing is published: ${message}`);
  } else logger.error({ err: error }, 'nothing is published: the log failed');
}

/** Wakes a sleeper early; a ring between clearing and waiting is not lost. */
class Bell {
  closed = false;
  #rung = false;
  #wake: () => void = () => {};

  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  clear(): void {
    this.#rung = false;
  }

  close(): void {
    this.closed = true;
    this.#wake();
  }

  /** Until a ring, at most this long. */
  async wait(timeoutMs: number): Promise<void> {
    if (!this.#rung) await this.pause(timeoutMs, true);
  }

  /** This long, or until closed. */
  pause(timeoutMs: number, untilRing = false): Promise<void> {
    if (this.closed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wake = () => {
        if (!untilRing && !this.closed) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
