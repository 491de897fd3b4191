import { absoluteDecimal, compareDecimal, type Money } from '../kernel/money.ts';
import type { DismissalReason, Signal } from '../signal/signal.ts';

/** A signal is material only above both limits (default: more than 15 % and more than 200 a day in the billing currency). */
export interface TriageThresholds {
  readonly impactMinPercent: number;
  /** Plain decimal, per day, in the signal's own currency. */
  readonly impactMinPerDay: string;
}

export type TriageDecision =
  | { readonly type: 'investigate' }
  | { readonly type: 'dismiss'; readonly reason: DismissalReason; readonly note: string };

/** The default of the study: more than 15 % and more than $200 a day. */
export const TRIAGE_THRESHOLDS_DEFAULT: TriageThresholds = {
  impactMinPercent: 15,
  impactMinPerDay: '200',
};

/** Decides whether a signal becomes a case. Innocent look-alikes and small changes are dismissed with a reason, never dropped. */
export function triage(signal: Signal, thresholds: TriageThresholds): TriageDecision {
  const { anomaly, innocent } = signal;
  if (innocent) return { type: 'dismiss', reason: innocent.reason, note: innocent.note };
  if (anomaly.direction === 'decrease') {
    return { type: 'dismiss', reason: 'decrease', note: 'the cost went down' };
  }
  if (isMaterial(anomaly.impactPercent, anomaly.impactPerDay, thresholds)) {
    return { type: 'investigate' };
  }
  return {
    type: 'dismiss',
    reason: 'below_threshold',
    note: `needs more than ${thresholds.impactMinPercent} % and more than ${thresholds.impactMinPerDay} ${anomaly.impactPerDay.currency} a day`,
  };
}

function isMaterial(percent: number | null, perDay: Money, thresholds: TriageThresholds): boolean {
  const percentMaterial = percent === null || Math.abs(percent) > thresholds.impactMinPercent;
  return (
    percentMaterial &&
    compareDecimal(absoluteDecimal(perDay.amount), thresholds.impactMinPerDay) > 0
  );
}
