import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContractCommitment } from '@counterfoil/costs';
import { IntegrityError } from '@counterfoil/core';

/** Contract commitments that people gave: a side table beside the versions of charges. */
export interface ContractTable {
  list(): readonly ContractCommitment[];
  /** Takes these rows, each in place of what was known under its id; gives how many ids are new and how many are known now. */
  put(rows: readonly ContractCommitment[]): { readonly added: number; readonly count: number };
}

/** Opens the table in the lake's folder; it is empty where nobody gave any. `IntegrityError` where the file is damaged. */
export function openContractTable(lakeDirectory: string): ContractTable {
  const file = join(lakeDirectory, 'contracts.json');
  const list = (): readonly ContractCommitment[] => {
    const text = textOf(file);
    if (text === null) return [];
    try {
      return JSON.parse(text) as readonly ContractCommitment[];
    } catch (cause) {
      throw new IntegrityError('CONTRACTS_DAMAGED', `${file} is not JSON`, {
        cause,
        remedy: 'remove the file and import the contract commitments again',
      });
    }
  };
  return {
    list,
    put(rows) {
      const known = new Map(list().map((row) => [row.contractCommitmentId, row]));
      const before = known.size;
      for (const row of rows) known.set(row.contractCommitmentId, row);
      const all = [...known.values()].toSorted((a, b) =>
        a.contractCommitmentId.localeCompare(b.contractCommitmentId),
      );
      writeFileSync(`${file}.draft`, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
      renameSync(`${file}.draft`, file);
      return { added: known.size - before, count: known.size };
    },
  };
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
