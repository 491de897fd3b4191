import type { AutonomyLevel } from '../policy/autonomy.ts';
import { wilsonInterval, type Interval } from './interval.ts';

/** What an autonomy level is earned for. */
export interface AutonomyScope {
  readonly release: string;
  readonly environment: string;
  readonly kind: string;
}

/** What people and reads said of the decisions and effects of one scope. */
export interface AutonomyEvidence {
  /** Sampled decisions that people judged right. */
  readonly right: number;
  /** Sampled decisions that people judged wrong. */
  readonly wrong: number;
  /** Effects that happened, whatever became of them. */
  readonly effects: number;
  /** Effects that were undone, not confirmed when read back, of unknown outcome, or judged wrong. */
  readonly falsePositives: number;
}

/** From when on evidence counts against a level, and how much of it is asked for. */
export interface AutonomyRules {
  /** Least lower bound of the decision accuracy, per level that needs one. */
  readonly accuracyMin: { readonly approve: number; readonly autonomous: number };
  /** With fewer judged decisions than this a low lower bound says only that little is known. */
  readonly reviewsMin: number;
  /** Largest share of false positives among effects that is borne. */
  readonly falsePositivesMax: number;
}

/** Rates of one scope with their intervals. */
export interface AutonomyRates {
  readonly accuracy: Interval;
  readonly falsePositives: Interval;
}

/** `AgentDecisionAccuracy` and the false-positive rate of remediations, each as its 95 % interval. */
export function ratesOf({
  right,
  wrong,
  effects,
  falsePositives,
}: AutonomyEvidence): AutonomyRates {
  return {
    accuracy: wilsonInterval(right, right + wrong),
    falsePositives: wilsonInterval(falsePositives, effects),
  };
}

/** So few say nothing against a release, however they turned out: one mistake is no rate. */
const SAYING_MIN = 5;

/** Whether evidence bears a level out. `thin` asks for more of it, `degraded` speaks against it. */
export type EvidenceVerdict =
  { readonly type: 'holds' } | { readonly type: 'thin' | 'degraded'; readonly reason: string };

/**
 * Judges evidence for `approve` or `autonomous`. It is degraded where the lower bound of the accuracy of at least `reviewsMin`
 * decisions is too low, or where even the upper bound of at least five is; and where the lower bound of the false-positive
 * rate of at least five effects is above what is borne. The levels below need no evidence.
 */
export function judgeEvidence(
  level: AutonomyLevel,
  evidence: AutonomyEvidence,
  rules: AutonomyRules,
): EvidenceVerdict {
  if (level === 'observe' || level === 'copilot') return { type: 'holds' };
  const accuracyMin = rules.accuracyMin[level];
  const { accuracy, falsePositives } = ratesOf(evidence);
  const judged = evidence.right + evidence.wrong;
  const said = `${evidence.right} of ${judged} sampled decisions were right`;
  if (judged >= SAYING_MIN && accuracy.upper < accuracyMin) {
    return degraded(`${said}: at most ${percent(accuracy.upper)}, under ${percent(accuracyMin)}`);
  }
  if (evidence.effects >= SAYING_MIN && falsePositives.lower > rules.falsePositivesMax) {
    const { falsePositives: bad, effects } = evidence;
    const least = `at least ${percent(falsePositives.lower)}`;
    return degraded(
      `${bad} of ${effects} effects were false positives: ${least}, over ${percent(rules.falsePositivesMax)}`,
    );
  }
  if (accuracy.lower >= accuracyMin) return { type: 'holds' };
  const reason = `${said}: at least ${percent(accuracy.lower)}, under ${percent(accuracyMin)}`;
  return judged >= rules.reviewsMin ? degraded(reason) : { type: 'thin', reason };
}

function degraded(reason: string): EvidenceVerdict {
  return { type: 'degraded', reason };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
