import type { Conclusion, Observation } from '@counterfoil/core';
import type { Cause } from './cause.ts';
import { test, type Condition, type Facts } from './condition.ts';
import { isOwnFact } from './fact-catalogue.ts';

/** How one cause stands against the facts. */
export type CauseVerdict = Conclusion['evidence'][number];

const SCORE_OF_SIGNATURE = 0.6;

/**
 * Judges one cause. Supported: every condition of the signature holds and nothing refutes it. The score is 0.6 for a
 * full signature and up to 0.4 more for what confirms it; a refuted cause scores 0.
 */
export function judge(
  cause: Cause,
  facts: Facts,
  observations: readonly Observation[],
): CauseVerdict {
  const signature = cause.signature.map((condition) => test(condition, facts));
  const refutations = cause.refute.map((condition) => test(condition, facts));
  const refuted = signature.includes('false') || refutations.includes('true');
  const undecided = signature.includes('unknown');
  const named = [...cause.signature, ...cause.confirm, ...cause.refute];
  const common = { causeId: cause.id, observationIds: observationsBehind(named, observations) };
  if (refuted) return { ...common, verdict: 'refuted', score: 0 };
  const score = roundScore(
    SCORE_OF_SIGNATURE * shareTrue(cause.signature, facts) +
      (1 - SCORE_OF_SIGNATURE) * shareTrue(cause.confirm, facts),
  );
  return { ...common, verdict: undecided ? 'undecided' : 'supported', score };
}

/** The best supported cause: the most particular, then the surest, then the first listed. */
export function best(
  causes: readonly Cause[],
  verdicts: readonly CauseVerdict[],
): Cause | undefined {
  const scoreOf = new Map(verdicts.map((verdict) => [verdict.causeId, verdict.score]));
  const supported = new Set(
    verdicts.filter((one) => one.verdict === 'supported').map((one) => one.causeId),
  );
  return causes
    .filter((cause) => supported.has(cause.id))
    .toSorted(
      (a, b) =>
        b.specificity - a.specificity || (scoreOf.get(b.id) ?? 0) - (scoreOf.get(a.id) ?? 0),
    )[0];
}

function shareTrue(conditions: readonly Condition[], facts: Facts): number {
  if (conditions.length === 0) return 1;
  return conditions.filter((one) => test(one, facts) === 'true').length / conditions.length;
}

function observationsBehind(
  conditions: readonly Condition[],
  observations: readonly Observation[],
): readonly string[] {
  const names = new Set(conditions.map((condition) => condition.fact));
  return observations
    .filter(({ tool, facts }) =>
      Object.keys(facts).some((name) => names.has(name) && isOwnFact(tool, name)),
    )
    .map((one) => one.observationId);
}

function roundScore(score: number): number {
  return Math.round(score * 10_000) / 10_000;
}
