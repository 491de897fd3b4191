import { createHash } from 'node:crypto';
import {
  AUTONOMY_LEVELS,
  configuredLevel,
  contentsChangedMs,
  earnedLevel,
  standingOf,
  type Autonomy,
  type AutonomyCap,
  type AutonomyScope,
  type AutonomyStanding,
  type AutonomyStore,
  type BreakerOpening,
  type Clock,
  type EarnedLevel,
} from '@counterfoil/core';
import type { ApproverRegistry } from '@counterfoil/guard';
import { tripBreakers } from './breakers.ts';
import { evidenceIn, judgeMarks } from './evidence.ts';
import { foldAutonomyActs } from './fold-acts.ts';
import type { AutonomySettings } from './settings.ts';

/** What the executor reads autonomy from. */
export interface AutonomyInputs {
  readonly store: AutonomyStore;
  readonly registry: () => Promise<ApproverRegistry>;
  readonly settings: AutonomySettings;
  /** Releases that this installation runs; another that a proposal names may do nothing. */
  readonly releases: readonly string[];
  readonly clock: Clock;
  /** Told of each fall and each open breaker. */
  readonly onAlarm: (code: string, note: string) => void;
}

/**
 * Answers how far a release may go, from the executor's own settings and from records that it verifies itself each time: signed
 * levels, signed marks, effects as they were read back, breakers. Puts down falls and openings as entries of the log.
 */
export function createAutonomyKeeper(
  inputs: AutonomyInputs,
): (scope: AutonomyScope) => Promise<Autonomy> {
  const { store, settings, clock, releases, onAlarm } = inputs;
  return async ({ release, environment, kind }) => {
    const scope = { release, environment, kind };
    const nowMs = clock.nowMs();
    const registry = await inputs.registry();
    const { standing, earned } = await readEarned(inputs, scope, registry);
    if (earned.falls) {
      const { level } = earned;
      const reason = earned.reason ?? '';
      const actId = fallId(scope, standing);
      await store.fall({ actId, ...scope, from: standing.level, level, reason });
      onAlarm('AUTONOMY_FELL', `${kind} of ${release} in ${environment}: ${reason}`);
    }
    const open = await tripBreakers(store, settings.breakers, { release, kind, registry, nowMs });
    for (const { breaker, measured, max } of open) {
      onAlarm('BREAKER_OPEN', `${breaker}: ${measured} of at most ${max}, ${kind} of ${release}`);
    }
    return {
      configured: configuredLevel(settings.configured, settings.limits, scope),
      earned: earned.level,
      caps: capsOf(open, { release, releases }),
    };
  };
}

function capsOf(
  open: readonly BreakerOpening[],
  { release, releases }: { readonly release: string; readonly releases: readonly string[] },
): readonly AutonomyCap[] {
  const breakers = open.map(({ breaker }) => ({
    level: 'observe' as const,
    reason: `the circuit breaker ${breaker} is open`,
  }));
  if (releases.includes(release)) return breakers;
  return [...breakers, { level: 'observe', reason: `this installation does not run ${release}` }];
}

/** Where a scope stands and what it has earned, from records that are verified anew. */
export async function readEarned(
  { store, settings, clock }: Pick<AutonomyInputs, 'store' | 'settings' | 'clock'>,
  scope: AutonomyScope,
  registry: ApproverRegistry,
): Promise<{ readonly standing: AutonomyStanding; readonly earned: EarnedLevel }> {
  const { initial, sampleShare, windowMs } = settings;
  const changedMs = contentsChangedMs(await store.releases(), scope.release);
  const beginMs = Math.max(clock.nowMs() - windowMs, changedMs ?? 0);
  const { acts } = foldAutonomyActs(await store.acts(), { registry, initial });
  const standing = standingOf(acts, scope, initial);
  const [marks, effects] = await Promise.all([store.marks(beginMs), store.effects(beginMs)]);
  const { judged } = judgeMarks(marks, { registry, sampleShare });
  const since = (ms: number) => evidenceIn({ judged, effects }, scope, ms);
  const evidence = {
    inWindow: since(beginMs),
    sinceAct: since(Math.max(beginMs, standing.sinceMs ?? 0)),
  };
  const earned = earnedLevel(standing, evidence, settings);
  const isStale =
    changedMs !== null &&
    (standing.sinceMs ?? changedMs) < changedMs &&
    AUTONOMY_LEVELS[earned.level] > AUTONOMY_LEVELS[initial];
  if (!isStale) return { standing, earned };
  const reason = `what ${scope.release} is made of has changed since its level was signed`;
  return { standing, earned: { level: initial, reason, falls: false } };
}

/** One fall for one standing, whoever sees it first. */
function fallId(scope: AutonomyScope, { actId }: AutonomyStanding): string {
  const { release, environment, kind } = scope;
  const text = JSON.stringify([release, environment, kind, actId]);
  return `fell_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
}
