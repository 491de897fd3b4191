import { createHash } from 'node:crypto';
import {
  decimalUnits,
  type Clock,
  type CostAnomaly,
  type CostBasis,
  type CostElement,
  type CostQuery,
  type Money,
  type Signal,
} from '@counterfoil/core';
import { detectAnomalies, type DetectedAnomaly, type PlannedActivity } from '../detection/index.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { queryIdOf } from '../query/run-query.ts';
import { dailySeries, type SeriesSet } from './daily-series.ts';
import { addDays, daysBetween } from './days.ts';
import { changePercent, quotientText } from './decimal.ts';
import { withoutExplained } from './explained-by-innocent.ts';

/** Days that the detector needs before it can judge any. */
const HISTORY_DAYS_MIN = 28;
const SIGNALS_MAX = 500;

export interface DetectRequest {
  /** The whole version: detection watches every account. */
  readonly lake: ScopedLake;
  readonly basis: CostBasis;
  readonly currencies: readonly string[];
  readonly planned: readonly PlannedActivity[];
  readonly clock: Clock;
  /** Smallest change per day that is looked at, in each currency (default 10). */
  readonly impactMinPerDay?: number;
}

/** What a detection run looked at and found. */
export interface DetectResult {
  readonly seriesCount: number;
  readonly daysCount: number;
  /** Last day that was judged, over all currencies; null where there is no usage at all. */
  readonly lastCompleteDate: string | null;
  /** Most dollars first. */
  readonly signals: readonly Signal[];
  /** Why less could be detected than one would like. */
  readonly limits: readonly string[];
}

/**
 * Detects changes of cost in every account and turns them into signals. Each currency is looked at alone. Actual figures are summed
 * exactly by the lake; the expectation is the detector's estimate. The same change in a later version gives the same signal id.
 */
export async function detectSignals(request: DetectRequest): Promise<DetectResult> {
  const perDayMin = request.impactMinPerDay ?? 10;
  const signals: Signal[] = [];
  const limits: string[] = [];
  let seriesCount = 0;
  let daysCount = 0;
  let lastCompleteDate: string | null = null;
  for (const currency of request.currencies) {
    const set = await dailySeries(request.lake, { basis: request.basis, currency, perDayMin });
    if (!set) continue;
    seriesCount += set.series.length;
    daysCount = Math.max(daysCount, set.days.length);
    const last = set.days[set.lastCompleteIndex] ?? null;
    if (last && (!lastCompleteDate || last > lastCompleteDate)) lastCompleteDate = last;
    limits.push(...limitsOf(set, currency, perDayMin));
    const found = detectAnomalies({
      days: set.days,
      lastCompleteIndex: set.lastCompleteIndex,
      series: set.series,
      planned: request.planned,
      options: { warmUpDays: HISTORY_DAYS_MIN, impactMinPerDay: perDayMin },
    });
    const anomalies = withoutExplained(found.anomalies);
    if (anomalies.length > SIGNALS_MAX) {
      limits.push(
        `${currency}: only the largest ${SIGNALS_MAX} of ${anomalies.length} changes are reported`,
      );
    }
    for (const anomaly of anomalies.slice(0, SIGNALS_MAX)) {
      signals.push(await signalOf(anomaly, set.days, { ...request, currency }));
    }
  }
  return { seriesCount, daysCount, lastCompleteDate, signals, limits };
}

function limitsOf(set: SeriesSet, currency: string, perDayMin: number): readonly string[] {
  const { days, lastCompleteIndex, series, leftOutBefore } = set;
  const limits: string[] = [];
  if (lastCompleteIndex < HISTORY_DAYS_MIN) {
    limits.push(
      `${currency}: ${days.length} days of usage are too few to judge any: the first ${HISTORY_DAYS_MIN} days only teach what is usual`,
    );
  }
  if (series.length === 0) {
    limits.push(
      `${currency}: no account or service costs ${perDayMin} on any day, so no change can reach that`,
    );
  }
  if (lastCompleteIndex < days.length - 1) {
    limits.push(`${currency}: ${days.at(-1)} is not complete yet and was not judged`);
  }
  if (leftOutBefore !== null) {
    limits.push(`${currency}: usage before the gap that ends on ${leftOutBefore} was left out`);
  }
  return limits;
}

interface SignalContext extends DetectRequest {
  readonly currency: string;
}

async function signalOf(
  anomaly: DetectedAnomaly,
  days: readonly string[],
  context: SignalContext,
): Promise<Signal> {
  const { lake, basis, currency } = context;
  const onsetDate = days[anomaly.onsetIndex] ?? '';
  const lastDate = days[anomaly.lastIndex] ?? '';
  const answer = await lake.query(actualQuery(anomaly, { basis, onsetDate, lastDate }));
  const inCurrency = answer.rows.filter((row) => row[1] === currency);
  const total = inCurrency.reduce((sum, row) => sum + decimalUnits(row[2] ?? '0'), 0n);
  const figures = moneyFigures(total, anomaly, {
    currency,
    daysCount: daysBetween(onsetDate, lastDate) + 1,
  });
  const dedupeKey = dedupeKeyOf(anomaly, basis, currency);
  const detector = queryIdOf(
    { detector: 'daily', basis, currency },
    lake.accounts,
    lake.dataVersion,
  );
  const cost: CostAnomaly = {
    direction: anomaly.direction,
    basis,
    element: anomaly.element,
    onsetDate,
    lastDate,
    ...figures,
    queryIds: [answer.queryId, detector],
  };
  const accounts = inCurrency.map((row) => row[0] ?? '').filter((account) => account !== '');
  return {
    signalId: `signal_${sha256(`${dedupeKey}\n${onsetDate}`).slice(0, 24)}`,
    kind: 'cost_anomaly',
    dedupeKey,
    scopeAccounts: scopeOf(anomaly.element, accounts),
    dataVersion: lake.dataVersion,
    detectedAt: new Date(context.clock.nowMs()).toISOString(),
    anomaly: cost,
    ...(anomaly.innocent ? { innocent: anomaly.innocent } : {}),
  };
}

interface Days {
  readonly basis: CostBasis;
  readonly onsetDate: string;
  readonly lastDate: string;
}

/** The query that anybody can repeat to see the actual figure: per account and currency, over the days of the change. */
function actualQuery(anomaly: DetectedAnomaly, { basis, onsetDate, lastDate }: Days): CostQuery {
  const credits = anomaly.innocent?.reason === 'credit_change';
  return {
    measures: [basis],
    groupBy: ['subAccountId', 'billingCurrency'],
    filter: {
      ...filterOf(anomaly.element),
      chargeCategory: credits ? ['Usage', 'Credit'] : ['Usage'],
    },
    fromDate: onsetDate,
    toDate: addDays(lastDate, 1),
  };
}

/** A filter that selects exactly the rows of an element. */
export function filterOf(element: CostElement): CostQuery['filter'] {
  return Object.fromEntries(
    Object.entries(element).flatMap(([dimension, value]) =>
      value === undefined ? [] : [[dimension, [value]]],
    ),
  );
}

/** Actual is exact; expected is the detector's estimate to six places; the rest follows from the two. */
function moneyFigures(
  total: bigint,
  anomaly: DetectedAnomaly,
  { currency, daysCount }: { readonly currency: string; readonly daysCount: number },
) {
  const money = (amount: string): Money => ({ amount, currency });
  const days = BigInt(daysCount);
  const expected = decimalUnits(anomaly.expectedPerDay.toFixed(6));
  const impactTotal = total - expected * days;
  return {
    expectedPerDay: money(quotientText(expected)),
    actualPerDay: money(quotientText(total, days)),
    impactPerDay: money(quotientText(impactTotal, days)),
    impactTotal: money(quotientText(impactTotal)),
    impactPercent: changePercent(impactTotal, expected * days),
  };
}

function scopeOf(element: CostElement, accountsTouched: readonly string[]): readonly string[] {
  const { subAccountId } = element;
  return subAccountId === undefined ? [...new Set(accountsTouched)].toSorted() : [subAccountId];
}

/** Says what moved and where, not in which version or on which day: a second sight of the same change merges. */
function dedupeKeyOf(anomaly: DetectedAnomaly, basis: CostBasis, currency: string): string {
  const element = Object.entries(anomaly.element)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([dimension, value]) => `${dimension}=${value}`)
    .join(';');
  const kind = anomaly.innocent?.reason === 'credit_change' ? 'credit' : 'usage';
  return `cost_anomaly/${basis}/${currency}/${kind}/${anomaly.direction}/${element}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
