/** Runs a piece of work when all before it have ended. */
export type WorkQueue = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Runs one piece of work after another, in the order they came; a failed one does not stop the next. */
export function createWorkQueue(): WorkQueue {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };
}
