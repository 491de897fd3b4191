import type { AutonomyLevel, AutonomyRules, Breaker, ConfiguredLevel } from '@counterfoil/core';

/** What people configured of autonomy. */
export interface AutonomySettings extends AutonomyRules {
  /** The most that anything may have. */
  readonly configured: AutonomyLevel;
  readonly limits: readonly ConfiguredLevel[];
  /** What a scope has before anybody signed anything. */
  readonly initial: AutonomyLevel;
  readonly windowMs: number;
  /** Share of decisions that people are asked to judge, 0 to 1. */
  readonly sampleShare: number;
  readonly breakers: readonly Breaker[];
}

/** The same as a configuration says it: whole days and minutes, and fields left out. */
export interface AutonomyConfiguration extends Omit<
  AutonomySettings,
  'windowMs' | 'limits' | 'breakers'
> {
  readonly windowDays: number;
  readonly limits: readonly {
    readonly release?: string | undefined;
    readonly environment?: string | undefined;
    readonly kind?: string | undefined;
    readonly level: AutonomyLevel;
  }[];
  readonly breakers: readonly {
    readonly name: string;
    readonly measure: Breaker['measure'];
    readonly windowMinutes: number;
    readonly max: number;
    readonly currency?: string | undefined;
    readonly kind?: string | undefined;
  }[];
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Settings from what stands in the configuration. */
export function autonomySettingsOf(configuration: AutonomyConfiguration): AutonomySettings {
  const { windowDays, limits, breakers, ...rest } = configuration;
  return {
    ...rest,
    windowMs: windowDays * DAY_MS,
    limits: limits.map((limit) => given(limit)),
    breakers: breakers.map(({ windowMinutes, ...breaker }) => ({
      ...given(breaker),
      windowMs: windowMinutes * MINUTE_MS,
    })),
  };
}

type Given<Value> = { [Name in keyof Value]: Exclude<Value[Name], undefined> };

/** Without the fields that were left out. */
function given<Value extends object>(value: Value): Given<Value> {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries) as Given<Value>;
}
