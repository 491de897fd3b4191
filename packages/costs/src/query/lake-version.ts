import type { CostAnswer, CostQuery } from '@counterfoil/core';
import { openEngine } from '../duck/engine.ts';
import type { ChargesFile } from '../versions/charges-relation.ts';
import { readAccountIndex } from './account-index.ts';
import { parseCostQuery } from './parse-query.ts';
import { runQuery } from './run-query.ts';
import { scopeFacts, type ScopeFacts } from './scope-facts.ts';
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
  /** Id of the contents that a scope has in this version, which other versions may have too. */
  dataVersionOf(accounts: Scope): string;
  /** A handle that cannot see beyond these accounts; `timeoutMs` replaces the version's own limit. */
  scoped(accounts: Scope, timeoutMs?: number): ScopedLake;
  close(): void;
}

/** Costs within one scope. Every question is a typed plan; there is no way to hand in SQL or another account. */
export interface ScopedLake {
  /** Id of the contents of the scope; see {@link ScopeFacts}. */
  readonly dataVersion: string;
  readonly accounts: Scope;
  /** What the charges within the scope say of themselves; nothing here tells of others. */
  readonly facts: ScopeFacts;
  /** Answers a plan; fails with `InputError` on a malformed one and `LimitError` when it takes too long. */
  query(query: CostQuery): Promise<CostAnswer>;
  /** For the analysis inside this package. */
  readonly rows: ScopedRows;
  /** The same accounts or fewer. */
  narrowed(accounts: readonly string[]): ScopedLake & { readonly accounts: readonly string[] };
}

/** Opens a published version. */
export async function openLakeVersion(options: LakeVersionOptions): Promise<LakeVersion> {
  const { dataVersion } = options;
  const engine = await openEngine(options);
  let index: Awaited<ReturnType<typeof readAccountIndex>>;
  try {
    index = await readAccountIndex(engine, options.charges);
    await openCharges(engine, options.charges);
  } catch (error) {
    engine.close();
    throw error;
  }
  const scoped = (accounts: Scope, timeoutMs = options.timeoutMs): ScopedLake => {
    const rows = scopedRows({ engine, charges: options.charges }, accounts, timeoutMs);
    const facts = scopeFacts(index, accounts, dataVersion);
    const source = { ...facts, scoped: rows, rows: facts.rows };
    return {
      dataVersion: facts.dataVersion,
      accounts,
      facts,
      query: async (query) => runQuery(source, parseCostQuery(query)),
      rows,
      narrowed: (fewer) => {
        const kept = within(accounts, fewer);
        return { ...scoped(kept, timeoutMs), accounts: kept };
      },
    };
  };
  return {
    dataVersion,
    dataVersionOf: (accounts) => scopeFacts(index, accounts, dataVersion).dataVersion,
    scoped,
    close: () => engine.close(),
  };
}

function within(accounts: Scope, fewer: readonly string[]): readonly string[] {
  return accounts === 'all' ? fewer : fewer.filter((account) => accounts.includes(account));
}

/** Opens a version and narrows it at once; `close` closes both. */
export async function openScopedLake(
  options: LakeVersionOptions & { readonly accounts: Scope },
): Promise<ScopedLake & { close(): void }> {
  const version = await openLakeVersion(options);
  return { ...version.scoped(options.accounts), close: () => version.close() };
}
