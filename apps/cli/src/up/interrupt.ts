/** The wish to stop: Ctrl-C, a signal, or the end of the process that started this one. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Stops listening. */
  close(): void;
}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const IMPATIENT_AFTER_MS = 1_000;

/**
 * Listens for the wish to stop. A terminal may deliver one Ctrl-C twice (to this process and through its parent); only a
 * second one after a second means "at once", and `hurry` is called.
 */
export function listenForInterrupt(source: NodeJS.Process, hurry: () => void): Interrupt {
  const controller = new AbortController();
  let firstMs: number | undefined;
  const onSignal = () => {
    firstMs ??= performance.now();
    if (controller.signal.aborted && performance.now() - firstMs > IMPATIENT_AFTER_MS) hurry();
    controller.abort();
  };
  for (const name of SIGNALS) source.on(name, onSignal);
  source.on('disconnect', onSignal);
  return {
    signal: controller.signal,
    close: () => {
      for (const name of SIGNALS) source.off(name, onSignal);
      source.off('disconnect', onSignal);
    },
  };
}

/** Resolves when the signal is given. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}
