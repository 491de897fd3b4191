import type { CheckpointWatch } from '@counterfoil/engine';
import type { Changes } from '@counterfoil/store';

/** Wakes whoever waits for the log at each checkpoint that the database tells of; one that came while they looked is not lost. */
export async function watchCheckpoints(
  changes: Changes,
): Promise<{ readonly watch: CheckpointWatch; stop(): Promise<void> }> {
  let published = 0;
  const sleepers = new Set<() => void>();
  const stop = await changes.subscribe('checkpoint', () => {
    published += 1;
    for (const wake of sleepers) wake();
  });
  const watch: CheckpointWatch = () => {
    const seen = published;
    return async (timeoutMs) => {
      const startMs = performance.now();
      if (published === seen) await untilWoken(sleepers, timeoutMs);
      return performance.now() - startMs;
    };
  };
  return { watch, stop };
}

function untilWoken(sleepers: Set<() => void>, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      sleepers.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, timeoutMs);
    sleepers.add(wake);
  });
}
