import { unitsOf } from '../allocation/amounts.ts';
import { likeAny } from '../allocation/like-any.ts';
import type { Extent } from '../allocation/period.ts';
import { resolveTags } from '../allocation/resolve-tags.ts';
import { plainKey, type Taxonomy } from '../allocation/taxonomy.ts';
import { dimensionSql, isDimension, type Fragment } from '../query/dimensions.ts';
import type { ScopedLake } from '../query/lake-version.ts';

/** Cost of usage on one day, for one combination of dimensions. */
export interface DailyCost {
  readonly currency: string;
  readonly day: string;
  readonly values: readonly string[];
  readonly cost: bigint;
}

export interface DailyCostRequest {
  readonly extent: Extent;
  readonly taxonomy: Taxonomy;
  /** Dimensions of a cost element; any other name is a tag key, read by the taxonomy. */
  readonly names: readonly string[];
  readonly services: readonly string[];
}

/** Reads cost of usage by day; corrections of earlier charges are left out, because they belong to other days. */
export async function readDailyCosts(
  lake: ScopedLake,
  { extent, taxonomy, names, services }: DailyCostRequest,
): Promise<{
  readonly daily: readonly DailyCost[];
  readonly currencies: readonly string[];
  readonly rowsRead: number;
}> {
  const keys = names.filter(isTagKey).map((name) => {
    const key = name.replace(/^tag:/, '');
    return taxonomy.keys.find((one) => one.key === key) ?? plainKey(key);
  });
  const charges = await resolveTags(lake, extent, { keys, taxonomy });
  const dimensions = names.map((name): Fragment => {
    if (!isTagKey(name)) return dimensionSql(name);
    return {
      sql: `d${keys.findIndex(({ key }) => key === name.replace(/^tag:/, ''))}`,
      parameters: [],
    };
  });
  const service = likeAny('ServiceName', services);
  const rows = await lake.rows.rows({
    sql: `${charges.sql.sql}
      SELECT BillingCurrency, CAST(ChargePeriodStart AS DATE)::VARCHAR AS day, sum(cost)::VARCHAR, count(*)
        ${dimensions.map(({ sql }) => `, coalesce(${sql}, '')`).join('')}
      FROM tagged WHERE ChargeCategory = 'Usage' AND class <> 'correction' AND ${service.sql}
      GROUP BY ALL ORDER BY ALL`,
    parameters: [
      ...charges.sql.parameters,
      ...dimensions.flatMap(({ parameters }) => parameters),
      ...service.parameters,
    ],
  });
  return {
    daily: rows.map(([currency, day, cost, , ...values]) => ({
      currency: currency ?? '',
      day: day ?? '',
      values: values.map((value) => value ?? ''),
      cost: unitsOf(cost),
    })),
    currencies: [...new Set(rows.map(([currency]) => currency ?? ''))],
    rowsRead: rows.reduce((sum, row) => sum + Number(row[3]), 0),
  };
}

function isTagKey(name: string): boolean {
  return name.startsWith('tag:') || !isDimension(name);
}
