/** Runs work of the same key one after the other within this process. */
export type Exclusive = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * Two jobs of one action must never overlap: the second would take an intent whose call is still under way for one that
 * was lost. Across processes the store's job queue sees to that; within one, this does.
 */
export function createExclusive(): Exclusive {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const previous = tails.get(key) ?? Promise.resolve();
    const current = previous.then(work, work);
    tails.set(key, current);
    try {
      return await current;
    } finally {
      if (tails.get(key) === current) tails.delete(key);
    }
  };
}
