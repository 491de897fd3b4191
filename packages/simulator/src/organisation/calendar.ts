const DAY_MS = 86_400_000;

/** Days of the demonstration organisation's history. */
export const HISTORY_DAYS = 120;

/** ISO date of the day that lies `days` after the given one (negative: before). */
export function addDays(isoDate: string, days: number): string {
  return new Date(Date.parse(`${isoDate}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** One day of the history with what the rows need to know about it. */
export interface HistoryDay {
  readonly index: number;
  readonly isoDate: string;
  /** ISO date of the following day. */
  readonly nextDate: string;
  readonly weekend: boolean;
  readonly dayOfMonth: number;
  readonly monthStart: string;
  readonly nextMonthStart: string;
  /** Last day of a month, or one of the first four: when books are closed. */
  readonly monthEdge: boolean;
}

/** The 120 days that end with `lastDay`, oldest first. */
export function historyDays(lastDay: string): readonly HistoryDay[] {
  return Array.from({ length: HISTORY_DAYS }, (_, index) => {
    const isoDate = addDays(lastDay, index - HISTORY_DAYS + 1);
    const nextDate = addDays(isoDate, 1);
    const date = new Date(`${isoDate}T00:00:00Z`);
    const monthStart = `${isoDate.slice(0, 7)}-01`;
    const dayOfMonth = date.getUTCDate();
    return {
      index,
      isoDate,
      nextDate,
      weekend: date.getUTCDay() % 6 === 0,
      dayOfMonth,
      monthStart,
      nextMonthStart: `${addDays(monthStart, 31).slice(0, 7)}-01`,
      monthEdge: dayOfMonth <= 4 || nextDate.endsWith('-01'),
    };
  });
}
