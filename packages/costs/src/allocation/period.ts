import { InputError, type CostBasis } from '@counterfoil/core';
import type { Manifest } from '../versions/manifest.ts';
import { isDate, type Fields } from './parsing.ts';

/** Days of charges: from `fromDate` to the day before `toDate`, ISO dates in UTC. */
export interface Period {
  readonly fromDate: string;
  readonly toDate: string;
}

/** Which charges an analysis reads, and by which cost. */
export interface Extent extends Period {
  readonly basis: CostBasis;
}

/** What a request may say of its extent; all of it may be left out. */
export interface ExtentRequest {
  /** A calendar month such as `2026-03`, in place of two dates. */
  readonly month: string | null;
  readonly fromDate: string | null;
  readonly toDate: string | null;
  readonly basis: CostBasis | null;
}

/** Names of the fields of {@link ExtentRequest}. */
export const EXTENT_FIELDS = ['month', 'fromDate', 'toDate', 'basis'] as const;

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** Reads the extent of a request; `InputError` names the field that is wrong. */
export function parseExtent(fields: Fields): ExtentRequest {
  const { month = null, fromDate = null, toDate = null, basis = null } = fields;
  if (month !== null && !(typeof month === 'string' && MONTH.test(month))) {
    throw malformed('month', 'must be a month such as 2026-03');
  }
  for (const [name, date] of [
    ['fromDate', fromDate],
    ['toDate', toDate],
  ] as const) {
    if (date !== null && !isDate(date)) throw malformed(name, 'must be a day such as 2026-03-01');
  }
  if (month !== null && (fromDate !== null || toDate !== null)) {
    throw malformed('month', 'cannot be given together with dates');
  }
  if (typeof fromDate === 'string' && typeof toDate === 'string' && fromDate >= toDate) {
    throw malformed('toDate', 'must come after fromDate: it is the first day left out');
  }
  if (basis !== null && basis !== 'EffectiveCost' && basis !== 'BilledCost') {
    throw malformed('basis', 'must be EffectiveCost or BilledCost');
  }
  return {
    month: month as string | null,
    fromDate: fromDate as string | null,
    toDate: toDate as string | null,
    basis,
  };
}

/**
 * The extent that a request means for a version: what it says, else the last calendar month that the version holds from its first to
 * its last day, else all of its days; and the basis of the version. `InputError` where one date is given and lies beyond the data.
 */
export function extentOf(
  { month, fromDate, toDate, basis }: ExtentRequest,
  manifest: Pick<Manifest, 'fromDate' | 'toDate' | 'basis'>,
): Extent {
  const cost = basis ?? manifest.basis;
  if (month !== null) return { ...monthPeriod(month), basis: cost };
  if (fromDate === null && toDate === null) return { ...lastWholeMonth(manifest), basis: cost };
  const named = { fromDate: fromDate ?? manifest.fromDate, toDate: toDate ?? manifest.toDate };
  if (named.fromDate < named.toDate) return { ...named, basis: cost };
  throw malformed(
    fromDate === null ? 'toDate' : 'fromDate',
    `lies outside the data, which are of ${manifest.fromDate} to before ${manifest.toDate}`,
  );
}

/** The days of a calendar month. */
export function monthPeriod(month: string): Period {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return {
    fromDate: `${month}-01`,
    toDate: new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 10),
  };
}

function lastWholeMonth({ fromDate, toDate }: Period): Period {
  const end = `${toDate.slice(0, 7)}-01`;
  const start = new Date(`${end}T00:00:00Z`);
  start.setUTCMonth(start.getUTCMonth() - 1);
  const first = start.toISOString().slice(0, 10);
  return first >= fromDate ? { fromDate: first, toDate: end } : { fromDate, toDate };
}

function malformed(field: string, problem: string): InputError {
  return new InputError('REQUEST_MALFORMED', `${field} ${problem}`, {
    remedy: 'see the --help of the command',
    details: { field },
  });
}
