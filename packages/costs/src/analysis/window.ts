import { addDays, daysBetween, daysFrom, isoWeekday } from './days.ts';

const BASELINE_WEEKS_MAX = 4;

/**
 * The days of a change and the days that it is compared with: up to four whole weeks before the onset, weighted so that each weekday
 * counts as often as it occurs in the change. `expectedPerDay = Σ weight(weekday) × baseline sum(weekday) / divisor`.
 */
export interface Comparison {
  readonly baselineFrom: string;
  readonly onsetDate: string;
  readonly lastDate: string;
  readonly daysCount: number;
  /** Whole-number weight of each ISO weekday, Monday first. */
  readonly weekdayWeights: readonly number[];
  /** 0 where there are no days to compare with. */
  readonly divisor: number;
}

/** Chooses the baseline. With less than a week before the onset, all days there are count alike; with none, nothing is expected. */
export function comparisonOf(firstDate: string, onsetDate: string, lastDate: string): Comparison {
  const daysCount = daysBetween(onsetDate, lastDate) + 1;
  const daysBefore = Math.max(0, daysBetween(firstDate, onsetDate));
  const weeks = Math.min(BASELINE_WEEKS_MAX, Math.floor(daysBefore / 7));
  const counts = [1, 2, 3, 4, 5, 6, 7].map(
    (weekday) => daysFrom(onsetDate, lastDate).filter((day) => isoWeekday(day) === weekday).length,
  );
  return {
    baselineFrom: addDays(onsetDate, -(weeks > 0 ? 7 * weeks : daysBefore)),
    onsetDate,
    lastDate,
    daysCount,
    weekdayWeights: weeks > 0 ? counts : counts.map(() => 1),
    divisor: weeks > 0 ? weeks * daysCount : daysBefore,
  };
}
