/** How far a release may go; the number is what policies compare. */
export const AUTONOMY_LEVELS = { observe: 0, copilot: 1, approve: 2, autonomous: 3 } as const;

/** Name of an autonomy level. */
export type AutonomyLevel = keyof typeof AUTONOMY_LEVELS;

/** What people configured and what the release has earned; the lower of the two is in effect. */
export interface Autonomy {
  readonly configured: AutonomyLevel;
  readonly earned: AutonomyLevel;
}

/** The level in effect: a release never goes further than people allow, nor further than it has earned. */
export function effectiveAutonomy({ configured, earned }: Autonomy): AutonomyLevel {
  return AUTONOMY_LEVELS[earned] < AUTONOMY_LEVELS[configured] ? earned : configured;
}
