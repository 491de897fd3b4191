import type { Clock, JobDraft } from '@counterfoil/core';

/** Work of one task. */
export type MemoryHandler = (payload: Readonly<Record<string, string>>) => Promise<void>;

interface Job extends JobDraft {
  attempts: number;
  dueMs: number;
}

/** A job queue in memory with the real one's promises: same key, same waiting job; a failed job is tried again later. */
export interface MemoryJobs {
  enqueue(jobs: readonly JobDraft[]): void;
  /** Runs the next due job; false where none is due. A failure puts it back with backoff and is handed to `onError`. */
  runNext(
    handlers: Partial<Record<JobDraft['task'], MemoryHandler>>,
    onError: (error: unknown, job: JobDraft) => void,
  ): Promise<boolean>;
  /** When the next waiting job is due; null where none waits. */
  nextDueMs(): number | null;
  readonly waiting: readonly JobDraft[];
  /** Jobs that failed on their last attempt. */
  readonly dead: readonly JobDraft[];
}

const ATTEMPTS_MAX = 8;

/** An empty queue. */
export function createMemoryJobs(clock: Clock): MemoryJobs {
  const waiting: Job[] = [];
  const dead: JobDraft[] = [];
  return {
    waiting,
    dead,
    enqueue(jobs) {
      for (const job of jobs) {
        const dueMs = job.runAt === undefined ? clock.nowMs() : Date.parse(job.runAt);
        const known = waiting.findIndex((one) => one.key === job.key);
        if (known >= 0) waiting.splice(known, 1);
        waiting.push({ ...job, attempts: 0, dueMs });
      }
    },
    nextDueMs: () => waiting.toSorted((a, b) => a.dueMs - b.dueMs)[0]?.dueMs ?? null,
    async runNext(handlers, onError) {
      const [job] = waiting
        .filter((one) => one.dueMs <= clock.nowMs() && handlers[one.task])
        .toSorted((a, b) => a.dueMs - b.dueMs);
      if (!job) return false;
      const remove = () => {
        const place = waiting.indexOf(job);
        if (place >= 0) waiting.splice(place, 1);
      };
      try {
        await handlers[job.task]?.(job.payload);
        remove();
      } catch (error) {
        job.attempts += 1;
        job.dueMs = clock.nowMs() + Math.round(1000 * Math.E ** job.attempts);
        if (job.attempts >= ATTEMPTS_MAX) {
          remove();
          dead.push(job);
        }
        onError(error, job);
      }
      return true;
    },
  };
}
