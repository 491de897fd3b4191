/** Waits so many milliseconds; passed in, so that a test does not wait and a run can be replayed. */
export type Wait = (durationMs: number) => Promise<void>;
