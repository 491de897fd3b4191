import { InputError, type JobDraft } from '@counterfoil/core';
import { openPool } from '../connection/pool.ts';
import { storeError } from '../connection/store-error.ts';

/** A job that failed for the last time. */
export interface DeadLetter {
  readonly queue: JobDraft['queue'];
  readonly jobId: string;
  readonly task: string;
  readonly payload: Readonly<Record<string, string>>;
  readonly attempts: number;
  readonly lastError: string;
  readonly failedAt: string;
}

export interface DeadLetters {
  /** Oldest first, of both queues. */
  list(): Promise<readonly DeadLetter[]>;
  /** Gives the job all its attempts again, now. Throws `InputError` where there is no such dead letter. */
  redrive(queue: JobDraft['queue'], jobId: string): Promise<void>;
  close(): Promise<void>;
}

interface Row {
  readonly queue: JobDraft['queue'];
  readonly job_id: string;
  readonly task: string;
  readonly payload: Readonly<Record<string, string>>;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly failed_at: Date;
}

/** For the CLI: `cf_operator` may list and redrive, `cf_server` may list. */
export function openDeadLetters(databaseUrl: string): DeadLetters {
  const pool = openPool({
    connectionString: databaseUrl,
    max: 1,
    application_name: 'counterfoil dead letters',
  });
  const ask = async <Result extends object>(sql: string, values: unknown[]): Promise<Result[]> => {
    try {
      return (await pool.query<Result>(sql, values)).rows;
    } catch (error) {
      throw storeError(error);
    }
  };
  return {
    async list() {
      const rows = await ask<Row>('select * from counterfoil.dead_letters()', []);
      return rows.map((row) => ({
        queue: row.queue,
        jobId: row.job_id,
        task: row.task,
        payload: row.payload,
        attempts: row.attempts,
        lastError: row.last_error ?? '',
        failedAt: row.failed_at.toISOString(),
      }));
    },
    async redrive(queue, jobId) {
      const id = /^\d{1,18}$/.test(jobId) ? jobId : '0';
      const sql = 'select counterfoil.redrive($1, $2::bigint) as redriven';
      const [row] = await ask<{ redriven: boolean }>(sql, [queue, id]);
      if (row?.redriven) return;
      throw new InputError(
        'DEAD_LETTER_UNKNOWN',
        `the ${queue} queue has no dead letter ${jobId}`,
        {
          remedy: 'list the dead letters first',
        },
      );
    },
    close: () => pool.end(),
  };
}
