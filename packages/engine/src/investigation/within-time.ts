import { UpstreamError } from '@counterfoil/core';

/**
 * Runs work that may take so long and no longer: at the end it is told to stop and, whatever it does then, `UpstreamError`
 * `TIMEOUT` is thrown. Nothing of the work is kept once it has ended.
 */
export async function withinTime<Result>(
  timeoutMs: number,
  what: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new UpstreamError('TIMEOUT', `${what} took longer than ${timeoutMs} ms`));
      controller.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(controller.signal), timedOut]);
  } finally {
    clearTimeout(timer);
  }
}
