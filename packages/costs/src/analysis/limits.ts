import type { SeriesSet } from './daily-series.ts';

/** What the limits of a run are stated of. */
interface LimitsContext {
  readonly currency: string;
  readonly perDayMin: number;
  readonly historyDaysMin: number;
}

/** Why less could be detected than one would like, in words. */
export function limitsOf(
  { days, lastCompleteIndex, series, leftOutBefore }: SeriesSet,
  { currency, perDayMin, historyDaysMin }: LimitsContext,
): readonly string[] {
  const limits: string[] = [];
  if (lastCompleteIndex < historyDaysMin) {
    limits.push(
      `${currency}: ${days.length} days of usage are too few to judge any: the first ${historyDaysMin} days only teach what is usual`,
    );
  }
  if (series.length === 0) {
    limits.push(
      `${currency}: no account or service costs ${perDayMin} on any day, so no change can reach that`,
    );
  }
  const young = days.slice(lastCompleteIndex + 1);
  if (young.length > 0) {
    const are = young.length === 1 ? 'is' : 'are';
    const were = young.length === 1 ? 'was' : 'were';
    limits.push(
      `${currency}: ${young.join(', ')} ${are} not complete yet and ${were} not judged by the day`,
    );
  }
  if (leftOutBefore !== null) {
    limits.push(`${currency}: usage before the gap that ends on ${leftOutBefore} was left out`);
  }
  return limits;
}
