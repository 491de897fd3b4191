import { InputError } from '@counterfoil/core';

/** Days of a report, and the name that its files carry. */
export interface ReportPeriod {
  readonly name: string;
  readonly fromDate: string;
  readonly toDate: string;
}

const DAY_MS = 86_400_000;

/** The last whole week (Monday to Sunday) or month before a day, and the one before that. */
export function reportPeriods(
  every: 'week' | 'month',
  { fromDate, toDate }: { readonly fromDate: string; readonly toDate: string },
): { readonly now: ReportPeriod; readonly before: ReportPeriod | null } {
  const end = every === 'week' ? mondayOf(toDate) : `${toDate.slice(0, 7)}-01`;
  const start = earlier(end, every);
  if (start < fromDate) {
    throw new InputError(
      'PERIOD_MISSING',
      `the data from ${fromDate} until before ${toDate} holds no whole ${every}`,
      { remedy: 'ingest more days, or ask for a shorter period' },
    );
  }
  const first = earlier(start, every);
  return {
    now: { name: nameOf(start, every), fromDate: start, toDate: end },
    before:
      first < fromDate ? null : { name: nameOf(first, every), fromDate: first, toDate: start },
  };
}

function earlier(day: string, every: 'week' | 'month'): string {
  if (every === 'week') return addDays(day, -7);
  return `${addDays(day, -1).slice(0, 7)}-01`;
}

function nameOf(start: string, every: 'week' | 'month'): string {
  return every === 'month' ? start.slice(0, 7) : `week-${start}`;
}

function mondayOf(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
  return addDays(day, 1 - weekday);
}

function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);
}
