import type { CostAnswer, CostQuery } from '@counterfoil/core';
import { openEngine } from '../duck/engine.ts';
import type { ChargesFile } from '../versions/charges-relation.ts';
import { parseCostQuery } from './parse-query.ts';
import { runQuery } from './run-query.ts';
import { openCharges, scopedRows, type Scope, type ScopedRows } from './scope.ts';

export interface LakeVersionOptions {
  readonly dataVersion: string;
  /** Rows of the published version, as its store says. */
  readonly charges: readonly ChargesFile[];
  readonly spillDirectory: string;
  readonly memoryLimitMb: number;
  /** A query that takes longer is interrupted. */
  readonly timeoutMs: number;
}

/** One version, open for reading. The database behind it can read that version's charges and no other file. */
export interface LakeVersion {
  readonly dataVersion: string;
  /** A handle that cannot see beyond these accounts; `timeoutMs` replaces the version's own limit. */
  scoped(accounts: Scope, timeoutMs?: number): ScopedLake;
  close(): void;
}

/** Costs within one scope. Every question is a typed plan; there is no way to hand in SQL or another account. */
export interface ScopedLake {
  readonly dataVersion: string;
  readonly accounts: Scope;
  /** Answers a plan; fails with `InputError` on a malformed one and `LimitError` when it takes too long. */
  query(query: CostQuery): Promise<CostAnswer>;
  /** For the analysis inside this package. */
  readonly rows: ScopedRows;
}

/** Opens a published version. */
export async function openLakeVersion(options: LakeVersionOptions): Promise<LakeVersion> {
  const { dataVersion } = options;
  const engine = await openEngine(options);
  try {
    await openCharges(engine, options.charges);
  } catch (error) {
    engine.close();
    throw error;
  }
  return {
    dataVersion,
    scoped: (accounts, timeoutMs = options.timeoutMs) => {
      const rows = scopedRows(engine, accounts, timeoutMs);
      return {
        dataVersion,
        accounts,
        query: async (query) => runQuery(rows, parseCostQuery(query), dataVersion),
        rows,
      };
    },
    close: () => engine.close(),
  };
}

/** Opens a version and narrows it at once; `close` closes both. */
export async function openScopedLake(
  options: LakeVersionOptions & { readonly accounts: Scope },
): Promise<ScopedLake & { close(): void }> {
  const version = await openLakeVersion(options);
  return { ...version.scoped(options.accounts), close: () => version.close() };
}
