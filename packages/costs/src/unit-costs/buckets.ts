import { addDays, isoWeekday } from '../analysis/days.ts';

/** How days are put together. Weeks begin on Monday. */
export type Granularity = 'day' | 'week' | 'month';

/** First day of the bucket that holds the day. */
export function bucketOf(day: string, granularity: Granularity): string {
  if (granularity === 'day') return day;
  return granularity === 'month' ? `${day.slice(0, 7)}-01` : addDays(day, 1 - isoWeekday(day));
}

/** The first day after a bucket. */
export function bucketEnd(bucket: string, granularity: Granularity): string {
  if (granularity === 'day') return addDays(bucket, 1);
  return granularity === 'week' ? addDays(bucket, 7) : `${addDays(bucket, 31).slice(0, 7)}-01`;
}
