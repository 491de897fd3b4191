import type { Clock, CostBasis, Signal } from '@counterfoil/core';
import {
  detectAnomalies,
  harmlessBy,
  type DetectedAnomaly,
  type DetectionFeedback,
  type PlannedActivity,
} from '../detection/index.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { dailySeries, type SeriesSet } from './daily-series.ts';
import { withoutExplained } from './explained-by-innocent.ts';
import { hourlyAnomalies } from './hourly.ts';
import { limitsOf } from './limits.ts';
import {
  restatedBy,
  restatementOf,
  versionPair,
  type PreviousVersion,
  type Restatement,
  type VersionPair,
} from './restatement.ts';
import { signalOf, type ChangeDays } from './signal-of.ts';

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
  /** What people said of earlier anomalies. */
  readonly feedback?: readonly DetectionFeedback[];
  /** The version before this one, to tell restated days from days on which something happened. */
  readonly previous?: PreviousVersion;
  /** Smallest change per day that is looked at, in each currency (default 10). */
  readonly impactMinPerDay?: number;
}

/** A change that is not alerted because somebody said that its like is no anomaly. */
export interface SuppressedChange {
  readonly feedbackId: string;
  readonly element: DetectedAnomaly['element'];
  readonly direction: DetectedAnomaly['direction'];
  readonly onsetDate: string;
  readonly lastDate: string;
  readonly impactPerDay: { readonly amount: string; readonly currency: string };
}

/** What a detection run looked at and found. */
export interface DetectResult {
  readonly seriesCount: number;
  /** Of those, by the hour. */
  readonly hourlySeriesCount: number;
  readonly daysCount: number;
  /** Last day that was judged, over all currencies; null where there is no usage at all. */
  readonly lastCompleteDate: string | null;
  /** Last hour that was judged, as an ISO instant; null where no charges come by the hour. */
  readonly lastCompleteHour: string | null;
  /** Tag keys by whose values cost was watched too. */
  readonly tagKeys: readonly string[];
  /** Most dollars first. */
  readonly signals: readonly Signal[];
  readonly suppressed: readonly SuppressedChange[];
  /** Days that earlier versions had shown otherwise; one entry a currency. */
  readonly restatements: readonly Restatement[];
  /** Departures that would count by themselves, but not among so many series. */
  readonly heldBackCount: number;
  /** Why less could be detected than one would like. */
  readonly limits: readonly string[];
}

/** The result of one currency, before all are put together. */
interface CurrencyResult extends DetectResult {
  readonly lastCompleteDate: string;
}

/**
 * Detects changes of cost in every account and across them, by the day and, where charges come by the hour, by the hour, and turns them
 * into signals. Each currency is looked at alone.
 */
export async function detectSignals(request: DetectRequest): Promise<DetectResult> {
  const results: CurrencyResult[] = [];
  for (const currency of request.currencies) {
    const result = await detectIn(currency, request);
    if (result) results.push(result);
  }
  const latest = (values: readonly (string | null)[]) =>
    values.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
  const sum = (read: (one: CurrencyResult) => number) =>
    results.reduce((all, one) => all + read(one), 0);
  return {
    seriesCount: sum((one) => one.seriesCount),
    hourlySeriesCount: sum((one) => one.hourlySeriesCount),
    daysCount: Math.max(0, ...results.map((one) => one.daysCount)),
    lastCompleteDate: latest(results.map((one) => one.lastCompleteDate)),
    lastCompleteHour: latest(results.map((one) => one.lastCompleteHour)),
    tagKeys: [...new Set(results.flatMap((one) => one.tagKeys))],
    signals: results.flatMap((one) => one.signals),
    suppressed: results.flatMap((one) => one.suppressed),
    restatements: results.flatMap((one) => one.restatements),
    heldBackCount: sum((one) => one.heldBackCount),
    limits: results.flatMap((one) => one.limits),
  };
}

async function detectIn(
  currency: string,
  request: DetectRequest,
): Promise<CurrencyResult | undefined> {
  const { lake, basis, planned } = request;
  const feedback = (request.feedback ?? []).filter((one) => one.currency === currency);
  const perDayMin = request.impactMinPerDay ?? 10;
  const set = await dailySeries(lake, { basis, currency, perDayMin });
  if (!set) return undefined;
  const found = detectAnomalies({
    days: set.days,
    lastCompleteIndex: set.lastCompleteIndex,
    series: set.series,
    planned,
    feedback,
    options: { warmUpDays: HISTORY_DAYS_MIN, impactMinPerDay: perDayMin },
  });
  const hourly = await hourlyAnomalies(lake, {
    basis,
    currency,
    perDayMin,
    days: set.days,
    planned,
  });
  const merged = hourly.mergedWith(withoutExplained(found.anomalies));
  const harmless = merged.flatMap((one) => {
    const judged = one.innocent ? undefined : harmlessBy(one, set.days, feedback);
    return judged ? [[one, judged] as const] : [];
  });
  const unheard = new Set(harmless.map(([one]) => one));
  const anomalies = merged.filter((one) => !unheard.has(one));
  const pair = await versionPair(lake, request.previous, { basis, currency });
  const restatement = pair ? await restatementOf(pair) : null;
  const tooMany =
    anomalies.length > SIGNALS_MAX
      ? [`${currency}: only the largest ${SIGNALS_MAX} of ${anomalies.length} changes are reported`]
      : [];
  return {
    seriesCount: set.series.length,
    hourlySeriesCount: hourly.seriesCount,
    daysCount: set.days.length,
    lastCompleteDate: set.days[set.lastCompleteIndex] ?? '',
    lastCompleteHour: hourly.lastCompleteHour,
    tagKeys: set.tagKeys,
    signals: await signalsOf(anomalies.slice(0, SIGNALS_MAX), { request, currency, set, pair }),
    suppressed: harmless.map(([one, judged]) => suppressedChange(one, judged, { set, currency })),
    restatements: restatement ? [restatement] : [],
    heldBackCount: found.heldBackCount,
    limits: [
      ...limitsOf(set, { currency, perDayMin, historyDaysMin: HISTORY_DAYS_MIN }),
      ...tooMany,
    ],
  };
}

interface SignalsContext {
  readonly request: DetectRequest;
  readonly currency: string;
  readonly set: SeriesSet;
  readonly pair: VersionPair | null;
}

async function signalsOf(
  anomalies: readonly DetectedAnomaly[],
  { request, currency, set, pair }: SignalsContext,
): Promise<readonly Signal[]> {
  const lastCompleteDate = set.days[set.lastCompleteIndex] ?? '';
  const signals: Signal[] = [];
  for (const anomaly of anomalies) {
    const days = daysOf(anomaly, set);
    const innocent = anomaly.innocent ?? (pair ? await restatedBy(anomaly, days, pair) : undefined);
    const { lake, basis, clock } = request;
    const detector = anomaly.lastIndex > set.lastCompleteIndex ? 'hourly' : 'daily';
    const context = { lake, basis, clock, currency, lastCompleteDate, detector } as const;
    signals.push(await signalOf({ ...anomaly, ...(innocent ? { innocent } : {}) }, days, context));
  }
  return signals;
}

function daysOf({ onsetIndex, lastIndex }: DetectedAnomaly, { days }: SeriesSet): ChangeDays {
  return { onsetDate: days[onsetIndex] ?? '', lastDate: days[lastIndex] ?? '' };
}

function suppressedChange(
  anomaly: DetectedAnomaly,
  { feedbackId }: DetectionFeedback,
  { set, currency }: Pick<SignalsContext, 'set' | 'currency'>,
): SuppressedChange {
  return {
    feedbackId,
    element: anomaly.element,
    direction: anomaly.direction,
    ...daysOf(anomaly, set),
    impactPerDay: { amount: anomaly.impactPerDay.toFixed(2), currency },
  };
}
