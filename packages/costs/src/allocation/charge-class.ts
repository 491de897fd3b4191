import type { Fragment } from '../query/dimensions.ts';
import { COMMITMENT_PURCHASE } from '../query/selection.ts';
import type { Extent } from './period.ts';

/**
 * What a charge is for the question "could this have carried a tag?". Only `taggable` counts for coverage; every other class is shown
 * apart. AWS says the same of its own coverage figures: credits, refunds, tax, support and fees carry no tags.
 */
export const CHARGE_CLASSES = [
  'taggable',
  'untaggable',
  'unused_commitment',
  'commitment_purchase',
  'purchase',
  'support',
  'tax',
  'credit',
  'refund',
  'adjustment',
  'correction',
] as const;

export type ChargeClass = (typeof CHARGE_CLASSES)[number];

const SUPPORT = `regexp_matches(coalesce(ServiceName, ''), '^(AWS ?(Premium)?Support|(AWS |Azure |Microsoft |Google Cloud |OCI )?(Premium )?Support\\b)', 'i')`;

/**
 * CTE `span`: the charges of the extent with their `cost` and `class`. Usage that names no resource and carries no tag is untaggable,
 * unless its provider names no resource at all: then nothing tells what could be tagged, so all of it counts: an export without
 * resource ids must not look well tagged.
 */
export function spanSql({ basis, fromDate, toDate }: Extent): Fragment {
  return {
    sql: `, dated AS (
      SELECT *, coalesce(${basis}, 0) AS cost FROM scoped
      WHERE ChargePeriodStart >= CAST(? AS TIMESTAMP) AND ChargePeriodStart < CAST(? AS TIMESTAMP)
    ), providers AS (
      SELECT coalesce(ProviderName, '') AS provider, bool_or(ResourceId IS NOT NULL) AS namesResources
      FROM dated WHERE ChargeCategory = 'Usage' GROUP BY ALL
    ), span AS (
      SELECT dated.*, coalesce(namesResources, false) AS namesResources, ${classSql()} AS class
      FROM dated LEFT JOIN providers ON provider = coalesce(ProviderName, '')
    )`,
    parameters: [fromDate, toDate],
  };
}

function classSql(): string {
  return `CASE
    WHEN ChargeCategory = 'Tax' THEN 'tax'
    WHEN ChargeCategory = 'Credit' THEN 'credit'
    WHEN ${COMMITMENT_PURCHASE} THEN 'commitment_purchase'
    WHEN ChargeCategory = 'Adjustment' AND cost < 0 THEN 'refund'
    WHEN ChargeCategory = 'Adjustment' THEN 'adjustment'
    WHEN ChargeClass = 'Correction' THEN 'correction'
    WHEN cost < 0 THEN 'refund'
    WHEN ${SUPPORT} THEN 'support'
    WHEN ChargeCategory = 'Purchase' THEN 'purchase'
    WHEN CommitmentDiscountStatus = 'Unused' THEN 'unused_commitment'
    WHEN ResourceId IS NULL AND coalesce(cardinality(Tags), 0) = 0 AND namesResources THEN 'untaggable'
    ELSE 'taggable' END`;
}
