import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { ConflictError } from '@counterfoil/core';

/** A lake taken by this process. */
export interface LakeHold {
  release(): void;
}

/**
 * Takes the lake for this process alone. The operating system frees it when the process ends, however it ends: what is held is
 * DuckDB's own lock on a small file. Fails with `ConflictError` while another process has it.
 */
export async function holdLake(lakeDirectory: string): Promise<LakeHold> {
  try {
    const instance = await DuckDBInstance.create(join(lakeDirectory, 'lock.duckdb'));
    return { release: () => instance.closeSync() };
  } catch (cause) {
    throw new ConflictError('LAKE_BUSY', `another process has the lake in ${lakeDirectory}`, {
      cause,
      remedy: 'stop it first; the lake has one writer',
    });
  }
}
