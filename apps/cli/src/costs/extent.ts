import { InputError } from '@counterfoil/core';

/** Days from `fromDate` until before `toDate`. */
export interface Extent {
  readonly fromDate: string;
  readonly toDate: string;
}

/** Options that say which days are meant, and which they are compared with. */
export interface ExtentOptions {
  readonly month?: string;
  readonly from?: string;
  readonly to?: string;
  readonly againstMonth?: string;
  readonly againstFrom?: string;
  readonly againstTo?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MONTH = /^\d{4}-\d{2}$/;
const DAY_MS = 86_400_000;
/** Days of a question that names none: the newest of the data. */
const DAYS_DEFAULT = 30;

/** The days that are asked for: a month, days from and to, or the newest 30 days of the data, which `data` tells. */
export function extentOf({ month, from, to }: ExtentOptions, data: Extent): Extent {
  if (month !== undefined) {
    if (from === undefined && to === undefined) return monthExtent(month, '--month');
    throw wrong('--month stands alone', 'leave out --from and --to, or --month');
  }
  const toDate = to === undefined ? data.toDate : dayOf(to, '--to');
  const fromDate = from === undefined ? plusDays(toDate, -DAYS_DEFAULT) : dayOf(from, '--from');
  return ordered({ fromDate, toDate }, '--to');
}

/** The days compared with: those named, else the months before whole months, else as many days before. */
export function againstOf(options: ExtentOptions, extent: Extent): Extent {
  const { againstMonth: month, againstFrom: from, againstTo: to } = options;
  if (month !== undefined) {
    if (from === undefined && to === undefined) return monthExtent(month, '--against-month');
    throw wrong('--against-month stands alone', 'leave out --against-from and --against-to');
  }
  if (from !== undefined && to !== undefined) {
    const named = {
      fromDate: dayOf(from, '--against-from'),
      toDate: dayOf(to, '--against-to'),
    };
    return ordered(named, '--against-to');
  }
  if (from !== undefined || to !== undefined) {
    throw wrong('--against-from and --against-to go together', 'give both, or neither');
  }
  return extentBefore(extent);
}

function extentBefore({ fromDate, toDate }: Extent): Extent {
  if (fromDate.endsWith('-01') && toDate.endsWith('-01')) {
    const months = monthNumber(toDate) - monthNumber(fromDate);
    return { fromDate: firstOfMonth(monthNumber(fromDate) - months), toDate: fromDate };
  }
  const days = Math.round((Date.parse(toDate) - Date.parse(fromDate)) / DAY_MS);
  return { fromDate: plusDays(fromDate, -days), toDate: fromDate };
}

function monthExtent(month: string, option: string): Extent {
  if (!MONTH.test(month)) throw wrong(`${option} ${month} is no month`, 'write it as 2026-03');
  const fromDate = dayOf(`${month}-01`, option);
  return { fromDate, toDate: firstOfMonth(monthNumber(fromDate) + 1) };
}

function dayOf(text: string, option: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  const isDay =
    DAY.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
  if (isDay) return text;
  throw wrong(`${option} ${text} is no day`, 'write it as 2026-03-01');
}

function ordered(extent: Extent, option: string): Extent {
  if (extent.toDate > extent.fromDate) return extent;
  throw wrong(
    `there is no day from ${extent.fromDate} to before ${extent.toDate}`,
    `${option} is the first day left out; give a later one`,
  );
}

function wrong(message: string, remedy: string): InputError {
  return new InputError('EXTENT_WRONG', message, { remedy });
}

function plusDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

function monthNumber(date: string): number {
  return 12 * Number(date.slice(0, 4)) + Number(date.slice(5, 7)) - 1;
}

function firstOfMonth(month: number): string {
  return `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}-01`;
}
