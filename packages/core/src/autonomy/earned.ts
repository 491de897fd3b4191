import { AUTONOMY_LEVELS, type AutonomyLevel } from '../policy/autonomy.ts';
import {
  judgeEvidence,
  type AutonomyEvidence,
  type AutonomyRules,
  type AutonomyScope,
} from './evidence.ts';

/** Where a scope stands by acts that hold. */
export interface AutonomyStanding {
  readonly level: AutonomyLevel;
  /** The newest act upon it; null where none was. The next signed act must name it. */
  readonly actId: string | null;
  /** When that act was recorded; evidence from before it never counts against the level that it set. */
  readonly sinceMs: number | null;
}

/** A person set a level, or the executor let it fall; only acts that hold are handed in. */
export interface AutonomyAct extends AutonomyScope {
  readonly type: 'set' | 'fell';
  readonly actId: string;
  readonly level: AutonomyLevel;
  readonly atMs: number;
}

/** The standing of a scope: its newest act, or what every release begins with. */
export function standingOf(
  acts: readonly AutonomyAct[],
  scope: AutonomyScope,
  initial: AutonomyLevel,
): AutonomyStanding {
  const newest = acts.findLast((act) => isSameScope(act, scope));
  if (!newest) return { level: initial, actId: null, sinceMs: null };
  return { level: newest.level, actId: newest.actId, sinceMs: newest.atMs };
}

/** Whether two scopes are one and the same. */
export function isSameScope(one: AutonomyScope, other: AutonomyScope): boolean {
  return (
    one.release === other.release &&
    one.environment === other.environment &&
    one.kind === other.kind
  );
}

/** What a scope has earned, why, and whether it has to be put down in the log that it fell. */
export interface EarnedLevel {
  readonly level: AutonomyLevel;
  /** Why it is less than people set; null where it is not. */
  readonly reason: string | null;
  /** Whether it falls now: an entry that only a person's signed act takes back. */
  readonly falls: boolean;
}

/**
 * The earned level. Degraded evidence since the newest act lets it fall to `copilot`, for good until somebody signs. Upon thin
 * evidence `autonomous` is not upheld: `approve` holds until the window has enough.
 */
export function earnedLevel(
  standing: Pick<AutonomyStanding, 'level'>,
  evidence: { readonly sinceAct: AutonomyEvidence; readonly inWindow: AutonomyEvidence },
  rules: AutonomyRules,
): EarnedLevel {
  const { level } = standing;
  const newest = judgeEvidence(level, evidence.sinceAct, rules);
  if (newest.type === 'degraded') return { level: 'copilot', reason: newest.reason, falls: true };
  if (level !== 'autonomous') return { level, reason: null, falls: false };
  const whole = judgeEvidence(level, evidence.inWindow, rules);
  if (whole.type === 'holds') return { level, reason: null, falls: false };
  return { level: 'approve', reason: whole.reason, falls: false };
}

/** A level set by people for what a rule names; what it does not name it holds for all of. */
export interface ConfiguredLevel extends Partial<AutonomyScope> {
  readonly level: AutonomyLevel;
}

/** The configured level of a scope: the lowest of all rules that speak of it, and of the one for everything. */
export function configuredLevel(
  everything: AutonomyLevel,
  rules: readonly ConfiguredLevel[],
  scope: AutonomyScope,
): AutonomyLevel {
  const names = ['release', 'environment', 'kind'] as const;
  const levels = rules
    .filter((rule) => names.every((name) => rule[name] === undefined || rule[name] === scope[name]))
    .map(({ level }) => level);
  return lowestLevel([everything, ...levels]);
}

/** The lowest of some levels. */
export function lowestLevel(levels: readonly [AutonomyLevel, ...AutonomyLevel[]]): AutonomyLevel {
  return levels.reduce((low, level) =>
    AUTONOMY_LEVELS[level] < AUTONOMY_LEVELS[low] ? level : low,
  );
}
