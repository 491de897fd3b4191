import { IntegrityError } from '@counterfoil/core';
import type { LeafRow, Store } from '../contract.ts';

const BATCH = 1_000;

/** Leaves 0 … `size` − 1 in order, for a pack. Throws `IntegrityError` when one is missing. */
export async function* exportLeaves(
  store: { readonly log: Pick<Store['log'], 'entries'> },
  size: number,
): AsyncIterable<LeafRow> {
  let next = 0;
  while (next < size) {
    const limit = Math.min(BATCH, size - next);
    const rows = await store.log.entries({ fromIndex: next, limit, order: 'ascending' });
    if (rows.length === 0) throw missing(next, size);
    for (const row of rows) {
      if (row.index !== next) throw missing(next, size);
      next += 1;
      yield row;
    }
  }
}

function missing(index: number, size: number): IntegrityError {
  return new IntegrityError('LEAF_MISSING', `leaf ${index} of ${size} is not in the store`, {
    remedy: 'restore the database from a backup; the published log shows what is missing',
  });
}
