import {
  configuredLevel,
  isOpen,
  isSameScope,
  lowestLevel,
  ratesOf,
  type AutonomyEvidence,
  type AutonomyLevel,
  type AutonomyRates,
  type AutonomyScope,
  type BreakerOpening,
} from '@counterfoil/core';
import type { ApproverRegistry, Invalid } from '@counterfoil/guard';
import { readEarned, type AutonomyInputs } from './autonomy-keeper.ts';
import { readOpenings } from './breakers.ts';
import { evidenceIn, isSampled, judgeMarks } from './evidence.ts';
import { foldAutonomyActs } from './fold-acts.ts';

/** One scope in a report. */
export interface ScopeReport extends AutonomyScope {
  readonly configured: AutonomyLevel;
  readonly earned: AutonomyLevel;
  /** The lower of the two; data, completeness and the switch are of each action and can lower it further. */
  readonly level: AutonomyLevel;
  /** The newest act upon it, which the next one must name. */
  readonly actId: string | null;
  /** Why it has earned less than people set; null where it has not. */
  readonly reason: string | null;
  readonly hasFallen: boolean;
  readonly evidence: AutonomyEvidence;
  readonly rates: AutonomyRates;
  /** Sampled decisions in the window that nobody has judged yet. */
  readonly pending: number;
}

/** How far every release may go, and why. */
export interface AutonomyReport {
  readonly scopes: readonly ScopeReport[];
  readonly openBreakers: readonly BreakerOpening[];
  /** Acts and marks that do not hold and count for nothing. */
  readonly ignored: readonly Invalid[];
}

type ReportInputs = Pick<AutonomyInputs, 'store' | 'settings' | 'clock'>;

/** Reads it all as the executor does; every signature is verified. Puts nothing down. */
export async function reportAutonomy(
  inputs: ReportInputs,
  registry: ApproverRegistry,
): Promise<AutonomyReport> {
  const { store, settings, clock } = inputs;
  const nowMs = clock.nowMs();
  const beginMs = nowMs - settings.windowMs;
  const [recorded, marks, effects, decisions] = await Promise.all([
    store.acts(),
    store.marks(beginMs),
    store.effects(beginMs),
    store.decisions(beginMs),
  ]);
  const { acts, ignored } = foldAutonomyActs(recorded, { registry, initial: settings.initial });
  const judgement = judgeMarks(marks, { registry, sampleShare: settings.sampleShare });
  const { judged } = judgement;
  const marked = new Set(judged.map(({ digest }) => digest));
  const pending = decisions.filter(
    (one) => isSampled(one, settings.sampleShare) && !marked.has(one.digest),
  );
  const scopes: ScopeReport[] = [];
  for (const scope of distinctScopes([...acts, ...marks, ...effects, ...decisions])) {
    const { standing, earned } = await readEarned(inputs, scope, registry);
    const configured = configuredLevel(settings.configured, settings.limits, scope);
    const evidence = evidenceIn({ judged, effects }, scope, beginMs);
    scopes.push({
      ...scope,
      configured,
      earned: earned.level,
      level: lowestLevel([configured, earned.level]),
      actId: standing.actId,
      reason: earned.reason,
      hasFallen: earned.falls || acts.findLast((act) => isSameScope(act, scope))?.type === 'fell',
      evidence,
      rates: ratesOf(evidence),
      pending: pending.filter((one) => isSameScope(one, scope)).length,
    });
  }
  const longestMs = Math.max(0, ...settings.breakers.map(({ windowMs }) => windowMs));
  const openings = readOpenings(await store.openings(nowMs - longestMs), registry);
  return {
    scopes,
    openBreakers: openings.filter((opening) => isOpen(opening, nowMs)),
    ignored: [...ignored, ...judgement.ignored],
  };
}

function distinctScopes(given: readonly AutonomyScope[]): readonly AutonomyScope[] {
  const scopes = new Map<string, AutonomyScope>();
  for (const { release, environment, kind } of given) {
    scopes.set([release, environment, kind].join('\n'), { release, environment, kind });
  }
  return [...scopes.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, scope]) => scope);
}
