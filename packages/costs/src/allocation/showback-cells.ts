import type { CostBasis } from '@counterfoil/core';
import type { Fragment } from '../query/dimensions.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { unitsOf } from './amounts.ts';
import { likeAny } from './like-any.ts';
import type { Extent } from './period.ts';
import { spanSql } from './charge-class.ts';
import type { TaggedCharges } from './resolve-tags.ts';
import type { SharedMatch, SharedRule } from './taxonomy.ts';

/** Money by its kind, in units of 10^-18. */
export interface Parts {
  readonly costs: bigint;
  readonly credits: bigint;
  readonly tax: bigint;
}

/** Charges that are alike for showback. `rule` is the place of the rule that takes them. */
export interface ShowbackCell {
  readonly currency: string;
  readonly owner: string | null;
  readonly rule: number | null;
  readonly part: keyof Parts | 'left_out';
  readonly cost: bigint;
  readonly rows: number;
}

export interface ShowbackSource {
  readonly charges: TaggedCharges;
  readonly rules: readonly SharedRule[];
  readonly basis: CostBasis;
}

/** Reads all charges by owner, rule and kind of money. */
export async function readShowbackCells(
  lake: ScopedLake,
  { charges, rules, basis }: ShowbackSource,
): Promise<readonly ShowbackCell[]> {
  const owner = charges.keys.length === 0 ? 'SubAccountId' : 'd0';
  const conditions = rules.map(({ match }) => conditionOf(match));
  const rule =
    rules.length === 0
      ? 'NULL::INTEGER'
      : `CASE ${conditions.map(({ sql }, at) => `WHEN ${sql} THEN ${at}`).join(' ')} END`;
  const rows = await lake.rows.rows({
    sql: `${charges.sql.sql}, owned AS (
        SELECT BillingCurrency AS currency, cost, ${owner} AS owner,
          CASE WHEN class IN ('credit', 'refund') THEN 'credits' WHEN class = 'tax' THEN 'tax'
            ${basis === 'EffectiveCost' ? `WHEN class = 'commitment_purchase' THEN 'left_out'` : ''} ELSE 'costs' END AS part,
          class, ServiceName, SubAccountId, x_UsageType, ChargeCategory FROM tagged
      ), ruled AS (SELECT *, ${rule} AS rule FROM owned)
      SELECT currency, CASE WHEN rule IS NULL THEN owner END AS own, rule, part, sum(cost)::VARCHAR, count(*)
      FROM ruled GROUP BY currency, own, rule, part ORDER BY ALL NULLS FIRST`,
    parameters: [...charges.sql.parameters, ...conditions.flatMap(({ parameters }) => parameters)],
  });
  return rows.map(([currency, own, at, part, cost, count]) => ({
    currency: currency ?? '',
    owner: own ?? null,
    rule: at === null || at === undefined ? null : Number(at),
    part: part as ShowbackCell['part'],
    cost: unitsOf(cost),
    rows: Number(count),
  }));
}

/** The sum of all charges of each currency, read without tags, owners or rules. */
export async function readTotals(
  lake: ScopedLake,
  extent: Extent,
): Promise<ReadonlyMap<string, bigint>> {
  const span = spanSql(extent);
  const rows = await lake.rows.rows({
    sql: `${span.sql} SELECT BillingCurrency, sum(cost)::VARCHAR FROM dated GROUP BY ALL`,
    parameters: span.parameters,
  });
  return new Map(rows.map(([currency, cost]) => [currency ?? '', unitsOf(cost)]));
}

function conditionOf(match: SharedMatch): Fragment {
  const parts = [
    likeAny('ServiceName', match.services),
    likeAny('SubAccountId', match.accounts),
    likeAny('x_UsageType', match.usageTypes),
    likeAny('ChargeCategory', match.chargeCategories),
    ...(match.untagged ? [{ sql: 'owner IS NULL', parameters: [] }] : []),
  ];
  return {
    sql: `(${parts.map(({ sql }) => sql).join(' AND ')})`,
    parameters: parts.flatMap(({ parameters }) => parameters),
  };
}
