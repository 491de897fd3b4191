import type { CostBasis } from '@counterfoil/core';
import type { ScopedLake } from '../query/lake-version.ts';
import { ORDINARY } from './span.ts';

/** Tag keys that are watched, most spend first. */
const KEYS_MAX = 3;
/** A key with more values than this names things, not groups; one with a single value separates nothing. */
const VALUES_MAX = 200;
const VALUES_MIN = 2;
/** A key on less of the spend than this says little. */
const SPEND_SHARE_MIN = 0.1;
/** What a filter takes: a change that nobody can ask for again is none that can be reported. */
const KEY_BYTES_MAX = 256;
const VALUE_BYTES_MAX = 2_048;

/** The tag keys by which cost is grouped in this version: those on most of its spend that have a handful of values. */
export async function watchedTagKeys(
  lake: ScopedLake,
  { basis, currency, firstDay }: { basis: CostBasis; currency: string; firstDay: string },
): Promise<readonly string[]> {
  const rows = await lake.rows.rows({
    sql: `, tagged AS (
        SELECT Tags, sum(abs(${basis}))::DOUBLE AS cost FROM scoped
        WHERE BillingCurrency = ? AND ChargeCategory = 'Usage' AND ${ORDINARY} AND ChargePeriodStart >= CAST(? AS TIMESTAMP)
        GROUP BY Tags
      ), entries AS (SELECT unnest(map_entries(Tags)) AS entry, cost FROM tagged WHERE Tags IS NOT NULL)
      SELECT entry.key FROM entries GROUP BY entry.key
      HAVING strlen(entry.key) <= ${KEY_BYTES_MAX} AND coalesce(max(strlen(entry.value)), 0) <= ${VALUE_BYTES_MAX}
        AND NOT contains(entry.key, chr(0)) AND NOT coalesce(bool_or(contains(entry.value, chr(0))), false)
        AND count(DISTINCT entry.value) BETWEEN ${VALUES_MIN} AND ${VALUES_MAX}
        AND sum(cost) >= ${SPEND_SHARE_MIN} * (SELECT sum(cost) FROM tagged)
      ORDER BY sum(cost) DESC, entry.key LIMIT ${KEYS_MAX}`,
    parameters: [currency, firstDay],
  });
  return rows.map(([key]) => key ?? '').filter((key) => key !== '');
}
