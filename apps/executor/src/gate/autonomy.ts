import type { ConfiguredAutonomy, ExecutorSettings } from '@counterfoil/config';
import {
  AUTONOMY_LEVELS,
  type AutonomyLevel,
  type AutonomyShadow,
  type Clock,
  type PolicyDecision,
} from '@counterfoil/core';
import type { AnsweredQuestion, GateSources } from '@counterfoil/engine';
import { answerQuestion, type ApproverRegistry, type PolicyBundle } from '@counterfoil/guard';
import { autonomySettingsOf, createAutonomyKeeper } from '@counterfoil/policy';
import type { Store } from '@counterfoil/store';

/** What the executor reads levels of autonomy from. */
export interface AutonomySourceInputs {
  readonly settings: Pick<ExecutorSettings, 'policy' | 'releases'>;
  readonly store: Pick<Store, 'autonomy'>;
  readonly registry: () => Promise<ApproverRegistry>;
  readonly clock: Clock;
  readonly onAlarm: (code: string, note: string) => void;
}

/** Levels of autonomy from the executor's own settings and its own database role. */
export function autonomyOf(inputs: AutonomySourceInputs): GateSources['autonomyOf'] {
  const { settings, store, registry, clock, onAlarm } = inputs;
  const configured: ConfiguredAutonomy = settings.policy.autonomy;
  return createAutonomyKeeper({
    store: store.autonomy,
    registry,
    settings: autonomySettingsOf(configured),
    releases: settings.releases,
    clock,
    onAlarm,
  });
}

/**
 * What the policies would have answered one level up, so that people can judge a release before they raise it; null where it
 * has the highest level, or where the answer would have been the same.
 */
export function shadowDecision(
  { digest, question, decision }: AnsweredQuestion,
  bundle: PolicyBundle,
): AutonomyShadow | null {
  const shadowLevel = levelOf(question.autonomy + 1);
  const level = levelOf(question.autonomy);
  if (!level || !shadowLevel || bundle.sha256 !== decision.policyBundleSha256) return null;
  const raised = { ...question, autonomy: question.autonomy + 1 };
  const shadow = answerQuestion(bundle, raised, [digest, 'autonomy', shadowLevel]);
  if (answerOf(shadow) === answerOf(decision)) return null;
  return {
    digest,
    release: question.release,
    environment: question.environment,
    kind: question.kind,
    level,
    answered: answerOf(decision),
    shadowLevel,
    shadowAnswered: answerOf(shadow),
  };
}

function levelOf(rank: number): AutonomyLevel | undefined {
  const names = Object.keys(AUTONOMY_LEVELS) as AutonomyLevel[];
  return names.find((name) => AUTONOMY_LEVELS[name] === rank);
}

function answerOf({ type, policyIds }: PolicyDecision): string {
  return `${type}: ${policyIds.join(' ')}`;
}
