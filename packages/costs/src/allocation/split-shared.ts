import { decimalUnits } from '@counterfoil/core';
import type { MetricRow } from '../unit-costs/metric.ts';
import { splitByWeight } from './largest-remainder.ts';
import type { Parts } from './showback-cells.ts';
import type { SharedRule } from './taxonomy.ts';

/** What a rule may look at to split a pool. */
export interface SplitContext {
  /** Direct costs of each owner, before anything is shared. */
  readonly direct: ReadonlyMap<string, bigint>;
  /** Metric rows of the period, for rules that split by one. */
  readonly metrics: readonly MetricRow[];
  /** What owners are; a metric names them in the column of this name, or in `owner`. */
  readonly by: string;
}

/** An owner's share of a pool; without an owner, what nobody takes. */
export interface PoolShare {
  readonly owner: string | null;
  readonly parts: Parts;
}

export type PoolOutcome =
  | { readonly type: 'split'; readonly shares: readonly PoolShare[] }
  | { readonly type: 'not_split'; readonly reason: string };

/**
 * Splits a pool among owners as its rule says, each kind of money by the same weights and without remainder. `not_split` where the
 * rule finds nobody: the reason says why.
 */
export function splitPool(rule: SharedRule, pool: Parts, context: SplitContext): PoolOutcome {
  const weights = weightsOf(rule, context);
  const owners = [...weights.keys()].toSorted();
  const ordered = owners.map((owner) => weights.get(owner) ?? 0n);
  const [costs, credits, tax] = [pool.costs, pool.credits, pool.tax].map((amount) =>
    splitByWeight(amount, ordered),
  );
  if (!costs || !credits || !tax) return { type: 'not_split', reason: reasonOf(rule) };
  return {
    type: 'split',
    shares: owners.map((owner, at) => ({
      owner,
      parts: { costs: costs[at] ?? 0n, credits: credits[at] ?? 0n, tax: tax[at] ?? 0n },
    })),
  };
}

function weightsOf(
  { split, among }: SharedRule,
  { direct, metrics, by }: SplitContext,
): ReadonlyMap<string, bigint> {
  const takes = (owner: string) => among.length === 0 || among.includes(owner);
  switch (split.type) {
    case 'even': {
      const owners = among.length > 0 ? among : [...direct.keys()];
      return new Map(owners.map((owner) => [owner, 1n]));
    }
    case 'proportional':
      return new Map([...direct].filter(([owner, cost]) => takes(owner) && cost > 0n));
    case 'fixed':
      return new Map([...split.percents].map(([owner, percent]) => [owner, decimalUnits(percent)]));
    case 'metric': {
      const weights = new Map<string, bigint>();
      for (const { metric, value, dimensions } of metrics) {
        const owner = dimensions[by] ?? dimensions[`tag:${by}`] ?? dimensions.owner ?? '';
        if (metric !== split.metric || owner === '' || !takes(owner)) continue;
        weights.set(owner, (weights.get(owner) ?? 0n) + decimalUnits(value));
      }
      return weights;
    }
  }
}

function reasonOf({ split, among }: SharedRule): string {
  if (split.type === 'metric') {
    return `the metric "${split.metric}" has no value of an owner in these days: give --metrics with a column owner`;
  }
  return among.length > 0
    ? `none of ${among.join(', ')} has a direct cost in these days`
    : 'nobody has a direct cost in these days';
}
