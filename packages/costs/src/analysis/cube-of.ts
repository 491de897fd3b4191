import type { CostAnomaly } from '@counterfoil/core';
import type { Cube } from '../localisation/index.ts';
import { dimensionSql, filtersSql, type Fragment } from '../query/dimensions.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { addDays } from './days.ts';
import { ORDINARY } from './span.ts';
import { filterOf } from './signal-of.ts';
import type { Comparison } from './window.ts';

/** Leaves beyond these, by size, cannot be searched in a second; they are left out and counted. */
const LEAVES_MAX = 200_000;
const HOT_TAGS_MAX = 3;
const TAG_VALUES_MAX = 500;
/** Share of rows that must carry a tag before it can tell causes apart. */
const TAG_SHARE_MIN = 0.2;

const DIMENSIONS = ['subAccountId', 'serviceName', 'regionId', 'usageType', 'resourceId'] as const;

/** What is being looked into: one anomaly, in one currency, over its days and its baseline. */
export interface Subject {
  readonly lake: ScopedLake;
  readonly anomaly: CostAnomaly;
  readonly comparison: Comparison;
}

/** The rows of a subject: its element, usage only, from the start of the baseline to the last day. */
export function subjectRows({ anomaly, comparison }: Subject): Fragment {
  const filters = filtersSql(filterOf(anomaly.element));
  return {
    sql: `ChargeCategory = 'Usage' AND ${ORDINARY} AND BillingCurrency = ? AND ChargePeriodStart >= CAST(? AS TIMESTAMP) AND ChargePeriodStart < CAST(? AS TIMESTAMP) AND ${filters.sql}`,
    parameters: [
      anomaly.impactPerDay.currency,
      comparison.baselineFrom,
      addDays(comparison.lastDate, 1),
      ...filters.parameters,
    ],
  };
}

/** Actual and expected per day for every combination of account, service, region, usage type, resource and the tags most in use. */
export async function cubeOf(subject: Subject): Promise<Cube> {
  const dimensions = [...DIMENSIONS, ...(await hotTags(subject))];
  const parts = dimensions.map((dimension) => dimensionSql(dimension));
  const rows = subjectRows(subject);
  const { basis } = subject.anomaly;
  const { onsetDate, daysCount } = subject.comparison;
  const keys = parts.map((_, at) => `k${at}`);
  const columns = await subject.lake.rows.columns({
    sql: `SELECT * FROM (SELECT ${parts.map((part, at) => `coalesce(${part.sql}, '') AS k${at}`).join(', ')},
        sum(CASE WHEN ChargePeriodStart >= CAST(? AS TIMESTAMP) THEN ${basis} ELSE 0 END)::DOUBLE / ${daysCount} AS actual,
        sum(CASE WHEN ChargePeriodStart < CAST(? AS TIMESTAMP) THEN ${basis}::DOUBLE * ${weightSql(subject.comparison)} ELSE 0 END) AS expected
      FROM scoped WHERE ${rows.sql} GROUP BY ${keys.join(', ')})
      ORDER BY greatest(abs(actual), abs(expected)) DESC, ${keys.join(', ')} LIMIT ${LEAVES_MAX}`,
    parameters: [
      ...parts.flatMap((part) => part.parameters),
      onsetDate,
      onsetDate,
      ...rows.parameters,
    ],
  });
  const encoded = dimensions.map((_, at) => encode((columns[at] ?? []).map(String)));
  return {
    dimensions,
    values: encoded.map((one) => one.values),
    codes: encoded.map((one) => one.codes),
    actual: Float64Array.from((columns[dimensions.length] ?? []).map(Number)),
    expected: Float64Array.from((columns[dimensions.length + 1] ?? []).map(Number)),
  };
}

/** Weight of a row's weekday, as a share of one day's expectation. */
function weightSql({ weekdayWeights, divisor }: Comparison): string {
  const shares = weekdayWeights.map((weight) => (divisor === 0 ? 0 : weight / divisor));
  return `[${shares.map((share) => `${share}::DOUBLE`).join(', ')}][isodow(ChargePeriodStart)]`;
}

/** Tag keys that many rows carry with more than one value. */
async function hotTags(subject: Subject): Promise<readonly `tag:${string}`[]> {
  const rows = subjectRows(subject);
  const found = await subject.lake.rows.rows({
    sql: `, tagged AS (SELECT Tags FROM scoped WHERE ${rows.sql} AND cardinality(Tags) > 0),
      pairs AS (SELECT unnest(map_entries(Tags)) AS pair FROM tagged)
      SELECT pair.key FROM pairs GROUP BY pair.key
      HAVING count(DISTINCT pair.value) BETWEEN 2 AND ${TAG_VALUES_MAX} AND count(*) >= ${TAG_SHARE_MIN} * (SELECT count(*) FROM tagged)
      ORDER BY count(*) DESC, pair.key LIMIT ${HOT_TAGS_MAX}`,
    parameters: rows.parameters,
  });
  return found.map(([key]) => `tag:${key}` as const);
}

function encode(texts: readonly string[]): { values: readonly string[]; codes: Int32Array } {
  const index = new Map<string, number>();
  const codes = Int32Array.from(texts, (text) => {
    const known = index.get(text);
    if (known !== undefined) return known;
    index.set(text, index.size);
    return index.size - 1;
  });
  return { values: [...index.keys()], codes };
}
