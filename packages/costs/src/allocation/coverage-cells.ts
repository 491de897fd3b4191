import type { TextRow } from '../duck/engine.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { unitsOf } from './amounts.ts';
import type { ChargeClass } from './charge-class.ts';
import type { TaggedCharges } from './resolve-tags.ts';

/** What a charge says of one required key. */
export type TagState = 'missing' | 'invalid' | 'default' | 'tag';

/** Charges that are alike for coverage. */
export interface Cell {
  readonly currency: string;
  readonly account: string;
  readonly service: string | null;
  readonly class: ChargeClass;
  /** One for each required key, or one for "any tag". */
  readonly states: readonly TagState[];
  readonly cost: bigint;
  readonly rows: number;
}

/** Resources that are alike for coverage. */
export interface ResourceCell {
  readonly currency: string;
  readonly account: string;
  readonly service: string | null;
  readonly tagged: readonly boolean[];
  readonly resources: number;
}

/** Reads all charges in few groups. */
export async function readCells(
  lake: ScopedLake,
  charges: TaggedCharges,
): Promise<readonly Cell[]> {
  const states = statesSql(charges);
  const rows = await lake.rows.rows({
    sql: `${charges.sql.sql}
      SELECT BillingCurrency, SubAccountId, ServiceName, class, sum(cost)::VARCHAR, count(*), ${states.join(', ')}
      FROM tagged GROUP BY ALL ORDER BY ALL NULLS FIRST`,
    parameters: charges.sql.parameters,
  });
  return rows.map(([currency, account, service, kind, cost, count, ...given]) => ({
    currency: currency ?? '',
    account: account ?? '',
    service: service ?? null,
    class: kind as ChargeClass,
    states: given as readonly TagState[],
    cost: unitsOf(cost),
    rows: Number(count),
  }));
}

/** Counts the resources that could carry a tag, by what they carried at their last charge. */
export async function readResources(
  lake: ScopedLake,
  charges: TaggedCharges,
): Promise<readonly ResourceCell[]> {
  const last = taggedSql(charges).map(
    (tagged, at) => `max(epoch_ms(ChargePeriodStart) * 2 + (${tagged})::INTEGER) % 2 = 1 AS k${at}`,
  );
  const rows = await lake.rows.rows({
    sql: `${charges.sql.sql}, resources AS (
        SELECT BillingCurrency AS currency, SubAccountId AS account, ResourceId, arg_max(ServiceName, cost) AS service, ${last.join(', ')}
        FROM tagged WHERE class = 'taggable' AND ResourceId IS NOT NULL GROUP BY ALL
      )
      SELECT currency, account, service, count(*), ${last.map((_, at) => `k${at}`).join(', ')}
      FROM resources GROUP BY ALL ORDER BY ALL NULLS FIRST`,
    parameters: charges.sql.parameters,
  });
  return rows.map(([currency, account, service, count, ...tagged]) => ({
    currency: currency ?? '',
    account: account ?? '',
    service: service ?? null,
    tagged: tagged.map((value) => value === 'true'),
    resources: Number(count),
  }));
}

/** The most expensive costs that lack a required key: currency, account, service, resource, cost, then whether each key is missing. */
export async function readUntagged(
  lake: ScopedLake,
  charges: TaggedCharges,
  rowsMax: number,
): Promise<readonly TextRow[]> {
  const tagged = taggedSql(charges);
  return lake.rows.rows({
    sql: `${charges.sql.sql}
      SELECT BillingCurrency, SubAccountId, ServiceName, ResourceId, sum(cost)::VARCHAR, ${tagged.map((one) => `bool_or(NOT ${one})`).join(', ')}
      FROM tagged WHERE class = 'taggable' AND NOT (${tagged.join(' AND ')}) AND cost <> 0
      GROUP BY BillingCurrency, SubAccountId, ServiceName, ResourceId
      QUALIFY row_number() OVER (PARTITION BY BillingCurrency ORDER BY sum(cost) DESC, SubAccountId, ServiceName, ResourceId) <= ${Math.trunc(rowsMax)}
      ORDER BY BillingCurrency, sum(cost) DESC, SubAccountId, ServiceName NULLS FIRST, ResourceId NULLS FIRST`,
    parameters: charges.sql.parameters,
  });
}

/** Conditions that a charge carries a valid tag: one a key, or one for "any tag" where no key is asked for. */
function taggedSql({ keys }: TaggedCharges): readonly string[] {
  if (keys.length === 0) return ['coalesce(cardinality(Tags) > 0, false)'];
  return keys.map((_, at) => `(t${at} IS NOT NULL)`);
}

function statesSql(charges: TaggedCharges): readonly string[] {
  if (charges.keys.length === 0) {
    return taggedSql(charges).map((tagged) => `CASE WHEN ${tagged} THEN 'tag' ELSE 'missing' END`);
  }
  return charges.keys.map(
    (_, at) =>
      `CASE WHEN t${at} IS NOT NULL THEN 'tag' WHEN d${at} IS NOT NULL THEN 'default' WHEN bad${at} THEN 'invalid' ELSE 'missing' END`,
  );
}
