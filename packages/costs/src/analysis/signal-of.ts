import { createHash } from 'node:crypto';
import {
  decimalUnits,
  type Clock,
  type CostAnomaly,
  type CostBasis,
  type CostElement,
  type CostQuery,
  type ImpactInterval,
  type Money,
  type Signal,
} from '@counterfoil/core';
import type { DetectedAnomaly } from '../detection/index.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { costQueryId, queryIdOf } from '../query/run-query.ts';
import { addDays, daysBetween } from './days.ts';
import { changePercent, quotientText } from './decimal.ts';

/** Days that a projection looks ahead. */
const PROJECTED_DAYS = 30n;

/** What a signal is made in. */
export interface SignalContext {
  readonly lake: ScopedLake;
  readonly basis: CostBasis;
  readonly currency: string;
  readonly clock: Clock;
  /** Last day that was judged: a change that reaches it is still going on. */
  readonly lastCompleteDate: string;
  readonly detector: 'daily' | 'hourly';
}

/** The days of a change, both included. */
export interface ChangeDays {
  readonly onsetDate: string;
  readonly lastDate: string;
}

/**
 * Turns a change into a signal. Its actual figures are summed exactly by the lake; the expectation is the detector's estimate, and the
 * interval says how far such estimates have been off. The same change in a later version gives the same signal id.
 */
export async function signalOf(
  anomaly: DetectedAnomaly,
  days: ChangeDays,
  context: SignalContext,
): Promise<Signal> {
  const { lake, basis, currency } = context;
  const { onsetDate } = days;
  const plan = usageQuery(anomaly, basis, days);
  const answer = await lake.query(plan);
  const inCurrency = answer.rows.filter((row) => row[1] === currency);
  const total = inCurrency.reduce((sum, row) => sum + decimalUnits(row[2] ?? '0'), 0n);
  const dedupeKey = dedupeKeyOf(anomaly, basis, currency);
  const accounts = inCurrency.map((row) => row[0] ?? '').filter((account) => account !== '');
  // All ids are those of the case's own scope: there the figure can be asked for again, and no other account's data changes them.
  const own = lake.narrowed(scopeOf(anomaly.element, accounts));
  const detector = queryIdOf(
    { detector: context.detector, basis, currency },
    own.accounts,
    own.dataVersion,
  );
  const cost: CostAnomaly = {
    direction: anomaly.direction,
    basis,
    element: anomaly.element,
    ...days,
    ...moneyFigures(total, anomaly, {
      currency,
      daysCount: daysBetween(onsetDate, days.lastDate) + 1,
      goesOn: days.lastDate >= context.lastCompleteDate,
    }),
    driver: anomaly.driver,
    ...(anomaly.onsetHour === undefined ? {} : { onsetHour: anomaly.onsetHour }),
    ...(anomaly.accountsMoved === undefined ? {} : { accountsMoved: anomaly.accountsMoved }),
    queryIds: [costQueryId(plan, own), detector],
  };
  return {
    signalId: `signal_${sha256(`${dedupeKey}\n${onsetDate}`).slice(0, 24)}`,
    kind: 'cost_anomaly',
    dedupeKey,
    scopeAccounts: own.accounts,
    dataVersion: own.dataVersion,
    detectedAt: new Date(context.clock.nowMs()).toISOString(),
    anomaly: cost,
    ...(anomaly.innocent ? { innocent: anomaly.innocent } : {}),
  };
}

/** The query that anybody can repeat to see the actual figure: per account and currency, over the days of the change. */
export function usageQuery(
  anomaly: Pick<DetectedAnomaly, 'element' | 'innocent'>,
  basis: CostBasis,
  { onsetDate, lastDate }: ChangeDays,
): CostQuery {
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

interface Horizon {
  readonly currency: string;
  readonly daysCount: number;
  readonly goesOn: boolean;
}

/** Actual is exact; expected is the detector's estimate to six places; the rest follows from the two. */
function moneyFigures(
  total: bigint,
  anomaly: DetectedAnomaly,
  { currency, daysCount, goesOn }: Horizon,
) {
  const money = (units: bigint, divisor = 1n): Money => ({
    amount: quotientText(units, divisor),
    currency,
  });
  const days = BigInt(daysCount);
  const expected = decimalUnits(anomaly.expectedPerDay.toFixed(6));
  const impactTotal = total - expected * days;
  // The interval is the detector's; it is centred on the exact figure.
  const shifted = (bound: number): bigint =>
    impactTotal + days * decimalUnits((bound - anomaly.impactPerDay).toFixed(6));
  const [low, high] = [
    shifted(anomaly.impactPerDayInterval.low),
    shifted(anomaly.impactPerDayInterval.high),
  ];
  const { hoursCount } = anomaly;
  const ahead = (units: bigint): Money =>
    hoursCount === undefined
      ? money(units * PROJECTED_DAYS, days)
      : money(units * PROJECTED_DAYS * 24n, BigInt(hoursCount));
  const impactInterval: ImpactInterval = {
    confidencePercent: 80,
    perDayLow: money(low, days),
    perDayHigh: money(high, days),
    totalLow: money(low),
    totalHigh: money(high),
    ...(goesOn ? { per30DaysLow: ahead(low), per30DaysHigh: ahead(high) } : {}),
  };
  return {
    expectedPerDay: money(expected),
    actualPerDay: money(total, days),
    impactPerDay: money(impactTotal, days),
    impactTotal: money(impactTotal),
    impactPercent: changePercent(impactTotal, expected * days),
    impactInterval,
    ...(goesOn ? { projectedPer30Days: ahead(impactTotal) } : {}),
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
