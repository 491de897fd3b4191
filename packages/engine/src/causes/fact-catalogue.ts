/** What a fact is: its unit, the tool that reads it, and what it means. `money` and `quantity` are decimal text. */
export interface FactDefinition {
  readonly unit:
    'text' | 'date' | 'count' | 'ratio' | 'money' | 'quantity' | 'hours' | 'list' | 'json';
  readonly tool: string;
  readonly meaning: string;
}

const define = (
  tool: string,
  facts: Readonly<Record<string, readonly [FactDefinition['unit'], string]>>,
): readonly (readonly [string, FactDefinition])[] =>
  Object.entries(facts).map(([name, [unit, meaning]]) => [name, { unit, tool, meaning }] as const);

/**
 * Every fact that a cause, a playbook or a summary may name. Before means the 28 days before the onset (fewer where
 * the data begin later), after means the onset to the last complete day. A ratio is after divided by before, four digits.
 * A fact that could not be determined is null, and then a condition on it is neither true nor false.
 */
export const FACT_CATALOGUE: ReadonlyMap<string, FactDefinition> = new Map([
  ...define('signal', {
    'anomaly.onsetDate': ['date', 'first day of the change'],
    'anomaly.lastDate': ['date', 'last complete day that was looked at'],
    'anomaly.expectedPerDay': ['money', 'expected cost a day'],
    'anomaly.actualPerDay': ['money', 'actual cost a day'],
    'anomaly.impactPerDay': ['money', 'change of cost a day'],
    'anomaly.impactTotal': ['money', 'change of cost since the onset'],
    'anomaly.impactPercent': ['ratio', 'change in percent of the expectation'],
    'anomaly.currency': ['text', 'billing currency'],
    'anomaly.basis': ['text', 'cost column of every money figure of the case'],
  }),
  ...define('lake.localise', {
    'root.subAccountId': ['text', 'account of the strongest root cause'],
    'root.serviceName': ['text', 'service of the strongest root cause'],
    'root.regionId': ['text', 'region of the strongest root cause'],
    'root.usageType': ['text', 'usage type of the strongest root cause'],
    'root.resourceId': ['text', 'dearest resource of the strongest root cause'],
    'root.share': ['ratio', 'part of the change that the strongest root cause explains'],
    'root.score': ['ratio', 'how sure the localisation is'],
    'root.deltaPerDay': ['money', 'change a day of the strongest root cause'],
    'root.resourceCount': ['count', 'resources behind the strongest root cause, at most 20'],
    'root.causesJson': ['json', 'all root causes, exactly as localised'],
  }),
  ...define('lake.daily_series', {
    'series.perDayBefore': ['money', 'mean cost a day before'],
    'series.perDayAfter': ['money', 'mean cost a day after'],
    'series.ratio': ['ratio', 'cost after over before'],
    'series.daysBefore': ['count', 'days with data before'],
    'series.daysAfter': ['count', 'days with data after'],
    'series.daysActiveBefore': ['count', 'days before on which this element cost anything'],
    'series.daysActiveAfter': ['count', 'days after on which this element cost anything'],
  }),
  ...define('lake.price_and_quantity', {
    'quantity.unit': ['text', 'pricing unit, null where units are mixed'],
    'quantity.perDayBefore': ['quantity', 'quantity a day before'],
    'quantity.perDayAfter': ['quantity', 'quantity a day after'],
    'quantity.ratio': ['ratio', 'quantity after over before'],
    'quantity.effectPerDay': ['money', 'part of the change a day that the quantity explains'],
    'price.before': ['money', 'cost of one unit before'],
    'price.after': ['money', 'cost of one unit after'],
    'price.ratio': ['ratio', 'unit price after over before'],
    'price.effectPerDay': ['money', 'part of the change a day that the unit price explains'],
    'price.effectShare': ['ratio', 'part of the change that the unit price explains, 0…1'],
  }),
  ...define('lake.resource_lifetimes', {
    'resources.count': ['count', 'resources looked at'],
    'resources.newCount': ['count', 'resources first seen on the onset day or later'],
    'resources.newIds': ['list', 'their ids'],
    'resources.newShare': ['ratio', 'part of the cost after that new resources have'],
    'resources.firstSeenDate': ['date', 'earliest day of any of them within the window'],
    'resources.lastSeenDate': ['date', 'latest day of any of them within the window'],
    'resources.hoursPerDayMin': [
      'hours',
      'fewest hours a day of any of them on its full days, null where the unit is not hours',
    ],
  }),
  ...define('lake.resource_tags', {
    'tags.resourceCount': ['count', 'resources whose tags were read'],
    'tags.withoutEnvironment': ['count', 'resources without an environment tag'],
    'tags.withoutOwner': ['count', 'resources without an owner tag'],
    'tags.environmentText': ['text', 'the one environment that their tags name, as typed'],
  }),
  ...define('lake.commitment_coverage', {
    'commitment.shareBefore': ['ratio', 'part of the quantity before that a commitment covered'],
    'commitment.shareAfter': ['ratio', 'part of the quantity after that a commitment covered'],
    'commitment.shareDrop': ['ratio', 'shareBefore minus shareAfter'],
  }),
  ...define('lake.credits', {
    'credits.perDayBefore': ['money', 'credits a day before, negative'],
    'credits.perDayAfter': ['money', 'credits a day after, negative'],
    'credits.changePerDay': ['money', 'change of credits a day'],
    'credits.shareOfImpact': ['ratio', 'change of credits over the impact, 0 where none changed'],
  }),
  ...define('lake.companions', {
    'companions.vanishedUsageTypes': [
      'list',
      'usage types that stopped, for the account and region or for one resource of the service',
    ],
    'companions.appearedUsageTypes': [
      'list',
      'usage types that began, for the account and region or for one resource of the service',
    ],
    'companions.vanishedCount': ['count', 'how many stopped'],
    'companions.appearedCount': ['count', 'how many began'],
  }),
  ...define('investigator.extract', {
    'tags.environment': ['text', 'the environment that the tags name, of a closed list'],
  }),
  ...define('any', {
    'failure.code': ['text', 'why a tool failed'],
  }),
  ...define('aws.describe_instances', {
    'instances.found': ['count', 'instances that EC2 described'],
    'instances.running': ['count', 'of them running'],
    'instances.missing': ['count', 'instances asked for that EC2 does not have'],
    'instances.ids': ['list', 'ids that EC2 answered with'],
    'instances.runningIds': ['list', 'of them running'],
    'instances.types': ['list', 'instance types'],
    'instances.launchedEarliest': ['date', 'earliest launch'],
  }),
]);

/** Whether a tool may answer with a fact of this name: a connector cannot speak for another. Names of nobody's are free. */
export function isOwnFact(tool: string, name: string): boolean {
  const owner = FACT_CATALOGUE.get(name)?.tool;
  return owner === undefined || owner === tool || owner === 'any';
}

/** Whether the tool's sentences are ours: any other may say what somebody typed. */
export function isKnownTool(tool: string): boolean {
  return [...FACT_CATALOGUE.values()].some((definition) => definition.tool === tool);
}
