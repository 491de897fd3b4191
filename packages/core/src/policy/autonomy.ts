import type { DataQuality } from '../signal/data-quality.ts';

/** How far a release may go; the number is what policies compare. */
export const AUTONOMY_LEVELS = { observe: 0, copilot: 1, approve: 2, autonomous: 3 } as const;

/** Name of an autonomy level. */
export type AutonomyLevel = keyof typeof AUTONOMY_LEVELS;

/** What people configured, what the release has earned, and what else holds it down; the lowest of all is in effect. */
export interface Autonomy {
  readonly configured: AutonomyLevel;
  readonly earned: AutonomyLevel;
  readonly caps?: readonly AutonomyCap[];
}

/** Something besides people and merit that holds a release down, such as an open circuit breaker. */
export interface AutonomyCap {
  readonly level: AutonomyLevel;
  readonly reason: string;
}

/** The level in effect: a release never goes further than people allow, nor further than it has earned, nor than any cap. */
export function effectiveAutonomy({ configured, earned, caps = [] }: Autonomy): AutonomyLevel {
  return [earned, ...caps.map(({ level }) => level)].reduce(
    (low, level) => (AUTONOMY_LEVELS[level] < AUTONOMY_LEVELS[low] ? level : low),
    configured,
  );
}

/** Of this share of spend tags must name the owner before anything runs without a person. */
const TAG_COVERAGE_PERCENT_MIN = 90;

/** What the data, the conclusion and the kill switch allow by themselves: upon anything less than good, a person decides. */
export function factualCaps({
  complete,
  killed,
  dataQuality,
}: {
  readonly complete: boolean;
  readonly killed: boolean;
  readonly dataQuality: DataQuality;
}): readonly AutonomyCap[] {
  const { tagCoveragePercent, conformant, reconciled } = dataQuality;
  const conditions: readonly (readonly [boolean, AutonomyLevel, string])[] = [
    [killed, 'observe', 'the kill switch is engaged'],
    [!complete, 'approve', 'the conclusion has not seen everything'],
    [
      !(tagCoveragePercent >= TAG_COVERAGE_PERCENT_MIN),
      'approve',
      `tags cover ${tagCoveragePercent} % of spend, under ${TAG_COVERAGE_PERCENT_MIN} %`,
    ],
    [conformant !== 'yes', 'approve', `whether the cost data conforms: ${conformant}`],
    [reconciled !== 'yes', 'approve', `whether the cost data adds up: ${reconciled}`],
  ];
  return conditions.filter(([holds]) => holds).map(([, level, reason]) => ({ level, reason }));
}
