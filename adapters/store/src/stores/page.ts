import { InputError } from '@counterfoil/core';
import type { Page, PageRequest } from '../contract.ts';

const LIMIT_MAX = 1_000;

/** Where a page ended: a time and, among equals, an id. Both descend. */
export interface Position {
  readonly at: string;
  readonly id: string;
}

/** Rows to ask the database for: one more than the page holds, to know whether another follows. */
export function rowsToRead({ limit }: PageRequest): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    throw new InputError('PAGE_LIMIT', `limit must be 1…${LIMIT_MAX}, not ${limit}`);
  }
  return limit + 1;
}

/** Reads `after`; throws `InputError` when it is not one of ours. */
export function readPosition({ after }: PageRequest): Position | null {
  if (after === undefined) return null;
  const [at = '', id = ''] = Buffer.from(after, 'base64url').toString().split('\n');
  if (!Number.isFinite(Date.parse(at)) || id === '') {
    throw new InputError('PAGE_AFTER', 'after is not the `next` of an earlier page', {
      remedy: 'leave it out to begin at the first page',
    });
  }
  return { at, id };
}

/** Cuts the extra row off and says where the next page begins. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  request: PageRequest,
  shape: { readonly item: (row: Row) => Item; readonly position: (row: Row) => Position },
): Page<Item> {
  const shown = rows.slice(0, request.limit);
  const last = shown.at(-1);
  if (last === undefined || rows.length <= request.limit) {
    return { items: shown.map(shape.item), next: null };
  }
  const { at, id } = shape.position(last);
  return {
    items: shown.map(shape.item),
    next: Buffer.from(`${at}\n${id}`).toString('base64url'),
  };
}
