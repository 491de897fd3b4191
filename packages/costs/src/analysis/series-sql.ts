import type { CostBasis, CostDimension } from '@counterfoil/core';
import type { SeriesLevel } from '../detection/index.ts';
import type { Fragment } from '../query/dimensions.ts';
import { ORDINARY } from './span.ts';

/** Levels within accounts, and across them, by the dimensions that make their element. */
const ACCOUNT_LEVELS: readonly (readonly [SeriesLevel, readonly CostDimension[]])[] = [
  ['account', ['subAccountId']],
  ['account_service', ['subAccountId', 'serviceName']],
  ['account_service_region', ['subAccountId', 'serviceName', 'regionId']],
  ['account_service_region_usage', ['subAccountId', 'serviceName', 'regionId', 'usageType']],
];
const WIDE_LEVELS: readonly (readonly [SeriesLevel, readonly CostDimension[]])[] = [
  ['organisation', []],
  ['region', ['regionId']],
  ['service', ['serviceName']],
  ['service_usage', ['serviceName', 'usageType']],
];

/** SQL columns of the dimensions in the daily table below. */
const COLUMNS: { readonly [dimension in CostDimension]?: string } = {
  subAccountId: 'a',
  serviceName: 's',
  regionId: 'r',
  usageType: 'u',
};

/** One level as the SQL computes it. */
export interface LevelPlan {
  readonly level: SeriesLevel;
  readonly dimensions: readonly CostDimension[];
  readonly columns: readonly string[];
}

/** The levels that a version is watched at. Where one account has it all, the levels across accounts say nothing new. */
export function levelPlans(
  tagKeys: readonly string[],
  accounts: 'one' | 'several',
): readonly LevelPlan[] {
  const byTag = tagKeys.flatMap((key, at) => {
    const tag = `tag:${key}` as const;
    return [
      { level: 'tag', dimensions: [tag], columns: [`t${at}`] },
      { level: 'tag_service', dimensions: [tag, 'serviceName'], columns: [`t${at}`, 's'] },
    ] as const;
  });
  const plain = [...ACCOUNT_LEVELS, ...(accounts === 'several' ? WIDE_LEVELS : [])];
  return [
    ...plain.map(([level, dimensions]) => ({
      level,
      dimensions,
      columns: dimensions.map((dimension) => COLUMNS[dimension] ?? ''),
    })),
    ...byTag,
  ];
}

/** What the series are summed from. */
export interface SeriesQuery {
  readonly basis: CostBasis;
  readonly currency: string;
  readonly firstDay: string;
  readonly perDayMin: number;
  readonly tagKeys: readonly string[];
  readonly plans: readonly LevelPlan[];
}

/**
 * One row a series: its level (index into the plans), the values of a, s, r, u and the tags, and lists over the days that have any
 * charge: the day's index, cost, credits and quantity (NULL where its unit is mixed).
 */
export function seriesSql(query: SeriesQuery): Fragment {
  const { basis, plans, tagKeys } = query;
  const tags = tagKeys.map((_, at) => `t${at}`);
  const keys = ['a', 's', 'r', 'u', ...tags];
  const level = plans.map(
    ({ columns }, at) =>
      `WHEN ${keys.map((key) => `GROUPING(${key}) = ${columns.includes(key) ? 0 : 1}`).join(' AND ')} THEN ${at}`,
  );
  const sets = plans.map(({ columns }) => `(${[...columns, 'day'].join(', ')})`);
  const sql = `, daily AS (
    SELECT SubAccountId AS a, coalesce(ServiceName, '') AS s, coalesce(RegionId, '') AS r, coalesce(x_UsageType, '') AS u,
      ${tags.map((tag) => `coalesce(map_extract_value(Tags, ?), '') AS ${tag},`).join(' ')}
      date_diff('day', CAST(? AS TIMESTAMP), ChargePeriodStart)::INTEGER AS day, sum(${basis}) FILTER (ChargeCategory = 'Usage') AS cost,
      sum(${basis}) FILTER (ChargeCategory = 'Credit') AS credits, sum(ConsumedQuantity) FILTER (ChargeCategory = 'Usage') AS quantity,
      min(ConsumedUnit) FILTER (ChargeCategory = 'Usage') AS unitMin, max(ConsumedUnit) FILTER (ChargeCategory = 'Usage') AS unitMax
    FROM scoped WHERE BillingCurrency = ? AND ChargeCategory IN ('Usage', 'Credit') AND ${ORDINARY}
      AND ChargePeriodStart >= CAST(? AS TIMESTAMP) GROUP BY ALL
  ), levelled AS (
    SELECT ${keys.join(', ')}, day, sum(cost)::DOUBLE AS cost, sum(credits)::DOUBLE AS credits, sum(quantity)::DOUBLE AS quantity,
      min(unitMin) AS unitMin, max(unitMax) AS unitMax, CASE ${level.join(' ')} END AS level
    FROM daily GROUP BY GROUPING SETS (${sets.join(', ')})
  )
  SELECT level::INTEGER, ${keys.join(', ')}, list(day), list(coalesce(cost, 0)),
    CASE WHEN bool_or(coalesce(credits, 0) <> 0) THEN list(coalesce(credits, 0)) END,
    CASE WHEN min(unitMin) IS NOT DISTINCT FROM max(unitMax) AND bool_and(quantity IS NOT NULL OR coalesce(cost, 0) = 0)
      THEN list(coalesce(quantity, 0)) END
  FROM levelled GROUP BY level, ${keys.join(', ')}
  HAVING max(greatest(abs(coalesce(cost, 0)), abs(coalesce(credits, 0)))) >= ?
  ORDER BY level, ${keys.join(', ')}`;
  const { firstDay, currency, perDayMin } = query;
  return { sql, parameters: [...tagKeys, firstDay, currency, firstDay, perDayMin] };
}
