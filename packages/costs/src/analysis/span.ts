import type { ScopedLake } from '../query/lake-version.ts';
import { daysBetween } from './days.ts';

/** A young day with fewer rows than this share of the days before it is taken as not yet complete. */
const COMPLETE_ROWS_SHARE_MIN = 0.5;
/** Exports settle within so many days; older thin days are thin. */
const LATE_DAYS_MAX = 5;
/** So many days without any usage end a history: what lies before is a stray row, or another export. */
const GAP_DAYS_MIN = 7;
const USUAL_DAYS = 14;

/** Corrections restate days long past: they are money, but no behaviour. */
export const ORDINARY = `ChargeClass IS DISTINCT FROM 'Correction'`;

/** The newest unbroken history of usage. */
export interface Span {
  readonly firstDay: string;
  readonly lastDay: string;
  /** Last day whose charges look complete; those after it are still being billed. */
  readonly lastCompleteDay: string;
  readonly afterGap: boolean;
}

/**
 * First and last day of the newest unbroken history of usage. A day counts as complete unless its charges stop before its
 * end, or it has far fewer rows than the days before: exports are delivered while the newest days are still being billed.
 */
export async function spanOf(lake: ScopedLake, currency: string): Promise<Span | null> {
  const rows = await lake.rows.rows({
    sql: `SELECT CAST(ChargePeriodStart AS DATE)::VARCHAR AS day, count(*),
        (max(ChargePeriodEnd) >= CAST(ChargePeriodStart AS DATE) + INTERVAL 1 DAY)::VARCHAR
      FROM scoped WHERE BillingCurrency = ? AND ChargeCategory = 'Usage' AND ${ORDINARY}
      GROUP BY CAST(ChargePeriodStart AS DATE) ORDER BY day`,
    parameters: [currency],
  });
  if (rows.length === 0) return null;
  const days = rows.map((row) => row[0] ?? '');
  const afterGap = days.findLastIndex(
    (day, at) => at > 0 && daysBetween(days[at - 1] ?? day, day) > GAP_DAYS_MIN,
  );
  const first = Math.max(0, afterGap);
  const last = lastComplete(
    rows.map(([, count, ended]) => ({ rows: Number(count), ended: ended === 'true' })),
    first,
  );
  return {
    firstDay: days[first] ?? '',
    afterGap: afterGap > 0,
    lastDay: days.at(-1) ?? '',
    lastCompleteDay: days[last] ?? '',
  };
}

interface DayRows {
  readonly rows: number;
  /** Whether any charge of the day runs to its end. */
  readonly ended: boolean;
}

/** Index of the last day that looks complete; days are judged from the newest back, by the days before the late ones. */
export function lastComplete(days: readonly DayRows[], first = 0): number {
  const newest = days.length - 1;
  const settledEnd = Math.max(first + 1, days.length - LATE_DAYS_MAX);
  const settled = days.slice(Math.max(first, settledEnd - USUAL_DAYS), settledEnd);
  const sorted = settled.map((day) => day.rows).toSorted((a, b) => a - b);
  const usual = sorted[Math.floor(sorted.length / 2)] ?? 0;
  for (let at = newest; at > Math.max(first, newest - LATE_DAYS_MAX); at--) {
    const day = days[at];
    if (day?.ended && day.rows >= COMPLETE_ROWS_SHARE_MIN * usual) return at;
  }
  return Math.max(first, newest - LATE_DAYS_MAX);
}
