/** The calendar of the day axis; computed once for all series. */
export interface Calendar {
  /** 0 Sunday … 6 Saturday, per day. */
  readonly weekday: Uint8Array;
  /** Place at the month's edge: 1…5 first days, −5…−1 last days, 0 elsewhere. */
  readonly edge: Int8Array;
}

/** Days at either end of a month on which charges of the month tend to fall. */
export const EDGE_DAYS = 5;

/** Reads weekday and month edge of consecutive ISO dates (UTC). */
export function calendarOf(days: readonly string[]): Calendar {
  const weekday = new Uint8Array(days.length);
  const edge = new Int8Array(days.length);
  days.forEach((day, t) => {
    weekday[t] = new Date(`${day}T00:00:00Z`).getUTCDay();
    edge[t] = monthEdge(day);
  });
  return { weekday, edge };
}

function monthEdge(day: string): number {
  const date = new Date(`${day}T00:00:00Z`);
  const dayOfMonth = date.getUTCDate();
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const fromEnd = dayOfMonth - last - 1;
  if (dayOfMonth <= EDGE_DAYS) return dayOfMonth;
  return fromEnd >= -EDGE_DAYS ? fromEnd : 0;
}
