import type { Engine } from '../duck/engine.ts';
import { literal } from '../duck/sql.ts';
import { COST_COLUMNS, SQL_TYPES } from '../ingest/canonical.ts';
import {
  facetsSql,
  storedChargesSql,
  type ChargesFile,
  type FacetsFile,
} from '../versions/charges-relation.ts';
import { FRACTIONAL_USAGE, WHOLE_EFFECTIVE } from './cost-traps.ts';

/** What tells groups of charges apart in the facets. */
const KEYS = {
  currency: 'BillingCurrency',
  category: 'ChargeCategory',
  period: 'CAST(BillingPeriodStart AS DATE)',
  provider: 'ProviderName',
  day: 'CAST(ChargePeriodStart AS DATE)',
} as const;

const sumOf = (sql: string, condition?: string) =>
  `CAST(sum(${sql})${condition === undefined ? '' : ` FILTER (${condition})`} AS ${SQL_TYPES.decimal})`;
const countOf = (condition: string) => `count(*) FILTER (${condition})`;

/** What is known of a group; `with_effective` counts and sums only the charges that have an EffectiveCost. */
const MEASURES = {
  n: 'count(*)',
  ...Object.fromEntries(COST_COLUMNS.map((column) => [column, sumOf(column)])),
  n_with_effective: countOf('EffectiveCost IS NOT NULL'),
  n_effective_zero: countOf('EffectiveCost = 0'),
  billed_with_effective: sumOf('BilledCost', 'EffectiveCost IS NOT NULL'),
  list_with_effective: sumOf('ListCost', 'EffectiveCost IS NOT NULL'),
  n_fractional: countOf('fractional'),
  n_fractional_whole: countOf('fractional AND whole'),
  n_without_list: countOf('ListCost IS NULL'),
  n_commitment_purchases: countOf('purchase'),
  n_commitment_purchases_priced: countOf('purchase AND coalesce(ListCost, BilledCost) <> 0'),
  n_tagged: countOf('tagged'),
  billed_tagged: sumOf('BilledCost', 'tagged'),
  n_with_resource: 'count(ResourceId)',
  n_in_billing_account: countOf('SubAccountId = BillingAccountId'),
  tag_keys_least: 'min(keys)',
  tag_keys_most: 'max(keys)',
  n_services: 'count(ServiceName)',
  n_services_coded: countOf('coded'),
  service_coded: 'min(ServiceName) FILTER (coded)',
  n_outside_period: countOf(
    'ChargePeriodStart < BillingPeriodStart OR ChargePeriodStart >= BillingPeriodEnd',
  ),
  n_reversed: countOf('ChargePeriodEnd <= ChargePeriodStart'),
} as const;

/** Names by which a row of the charges is judged; each is over columns that repeat themselves, so DuckDB computes it once a value. */
const JUDGED = `*, (EffectiveCost IS NOT NULL AND ${FRACTIONAL_USAGE}) AS fractional, ${WHOLE_EFFECTIVE} AS whole,
  (ChargeCategory = 'Purchase' AND (CommitmentDiscountCategory IS NOT NULL OR CommitmentDiscountId IS NOT NULL)) AS purchase,
  coalesce(cardinality(Tags), 0) > 0 AS tagged,
  coalesce(array_to_string(list_sort(map_keys(Tags)), ', '), '') AS keys,
  coalesce(regexp_full_match(ServiceName, '(Amazon|AWS)[A-Z][A-Za-z0-9]+'), false) AS coded`;

/**
 * Reads the charges of a part once, back from disk, and writes their sums by currency, charge category, billing period, provider and day:
 * totals and data-quality findings of any version that lists the part come from them. A group may have several rows, which add up.
 */
export async function writeFacets(
  engine: Engine,
  charges: ChargesFile,
  path: string,
): Promise<void> {
  const selected = [...Object.entries(KEYS), ...Object.entries(MEASURES)].map(
    ([name, sql]) => `${sql} AS ${name}`,
  );
  const parts = storedChargesSql([charges]).map(
    (relation) =>
      `SELECT ${selected.join(',\n')} FROM (SELECT ${JUDGED} FROM (${relation})) GROUP BY ALL`,
  );
  await engine.run(`COPY (${parts.join(' UNION ALL ')}) TO ${literal(path)} (FORMAT parquet)`);
}

/** Makes the facets of a version the table `facets`, with `file`, the place of the part in the version. */
export async function createFacets(engine: Engine, files: readonly FacetsFile[]): Promise<void> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE facets AS ${facetsSql(files)}`);
}
