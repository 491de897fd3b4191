import type { LabelTable } from '@counterfoil/core';

const trusted = { integrity: 2, confidentiality: 1 } as const;

/** Sums, ratios, days and counts that the lake computed, and names that the provider alone writes into a bill. */
const TRUSTED_FACTS = [
  'root.subAccountId root.serviceName root.regionId root.usageType root.share root.score root.deltaPerDay root.resourceCount',
  'series.perDayBefore series.perDayAfter series.ratio series.daysBefore series.daysAfter series.daysActiveBefore series.daysActiveAfter',
  'quantity.unit quantity.perDayBefore quantity.perDayAfter quantity.ratio quantity.effectPerDay',
  'price.before price.after price.ratio price.effectPerDay price.effectShare',
  'resources.count resources.newCount resources.newShare resources.firstSeenDate resources.lastSeenDate resources.hoursPerDayMin',
  'tags.resourceCount tags.withoutEnvironment tags.withoutOwner',
  'commitment.shareBefore commitment.shareAfter commitment.shareDrop',
  'credits.perDayBefore credits.perDayAfter credits.changePerDay credits.shareOfImpact',
  'companions.vanishedUsageTypes companions.appearedUsageTypes companions.vanishedCount companions.appearedCount',
  'failure.code',
];

/**
 * Labels of what the lake's tools answer with. Ids of resources, tags and account names are missing on purpose: a tenant
 * types the name of a bucket or a log group, so they stay untrusted.
 */
export const LAKE_LABELS: LabelTable = Object.fromEntries(
  TRUSTED_FACTS.flatMap((names) => names.split(' ')).map((name) => [name, trusted]),
);
