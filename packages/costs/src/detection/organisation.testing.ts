import type { CostElement } from '@counterfoil/core';
import type { DailySeries, PlannedActivity, SeriesLevel } from './series.ts';

/** A planted incident or look-alike of the test organisation. */
export interface Planted {
  readonly kind: string;
  readonly element: CostElement;
  readonly onset: number;
}

/** A small organisation for tests: leaves with weekly season, growth and noise, incidents and look-alikes planted. */
export interface TestOrganisation {
  readonly days: readonly string[];
  readonly series: readonly DailySeries[];
  readonly planned: readonly PlannedActivity[];
  readonly incidents: readonly Planted[];
  readonly lookAlikes: readonly Planted[];
}

/** What an account uses of one usage type in one region, for one team. */
export interface Leaf {
  readonly element: Required<
    Pick<CostElement, 'subAccountId' | 'serviceName' | 'regionId' | 'usageType' | 'tag:team'>
  >;
  readonly cost: Float64Array;
  readonly quantity: Float64Array;
  readonly credits: Float64Array;
}

const DAYS = 120;
const SERVICES: Readonly<Record<string, readonly string[]>> = {
  EC2: ['BoxUsage:m6i', 'BoxUsage:g5', 'NatGateway-Bytes', 'DataTransfer-Out'],
  RDS: ['InstanceUsage:r6g', 'Storage'],
  S3: ['TimedStorage', 'Requests'],
  CloudWatch: ['Logs-Ingest', 'Metrics'],
  Lambda: ['GB-Second'],
  Support: ['Business'],
};
const REGIONS = ['us-east-1', 'eu-west-1'];

/** Uniform numbers in [0, 1) from a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** What is in the organisation besides its usual days. */
interface OrganisationOptions {
  readonly accounts?: number;
  /** Whether the incidents are planted (default); the look-alikes always are. */
  readonly incidents?: boolean;
  /** Changes the figures of a leaf in place. */
  readonly alter?: (leaf: Leaf) => void;
}

/** Teams of the organisation, each across all accounts. */
export const TEAMS = ['core', 'shop', 'data', 'ml', 'ops'] as const;

/** Builds the organisation of a seed, of at least eight accounts. */
export function testOrganisation(
  seed: number,
  { accounts = 30, incidents: planting = true, alter = () => undefined }: OrganisationOptions = {},
): TestOrganisation {
  const next = random(seed * 7919 + 13);
  const days = Array.from({ length: DAYS }, (_, t) =>
    new Date(Date.UTC(2026, seed % 12, 1 + (seed % 28) + t)).toISOString().slice(0, 10),
  );
  const leaves = baseLeaves(days, accounts, next);
  const lookAlikes = plantLookAlikes(leaves, days);
  const incidents = planting ? plantIncidents(leaves, next) : [];
  for (const leaf of leaves) alter(leaf);
  const launch = lookAlikes[1] as Planted;
  const planned = [
    {
      name: 'launch of the new shop',
      element: { subAccountId: launch.element.subAccountId as string },
      fromDate: days[launch.onset - 1] as string,
      toDate: days[DAYS - 1] as string,
    },
  ];
  return { days, series: levelsOf(leaves), planned, incidents, lookAlikes };
}

function baseLeaves(days: readonly string[], accounts: number, next: () => number): Leaf[] {
  const leaves: Leaf[] = [];
  for (let account = 0; account < accounts; account++) {
    const subAccountId = String(100000000000 + account);
    const weekend = 0.4 + 0.6 * next();
    const size = Math.exp(normal(next) * 0.7);
    for (const [serviceName, usageTypes] of Object.entries(SERVICES)) {
      if (account > 7 && next() < 0.3) continue;
      for (const regionId of REGIONS) {
        for (const usageType of usageTypes) {
          if (account > 7 && next() < 0.3) continue;
          const team = TEAMS[leaves.length % TEAMS.length] as string;
          const element = { subAccountId, serviceName, regionId, usageType, 'tag:team': team };
          leaves.push(leafOf(element, days, { next, weekend, size }));
        }
      }
    }
  }
  return leaves;
}

function leafOf(
  element: Leaf['element'],
  days: readonly string[],
  { next, weekend, size }: { next: () => number; weekend: number; size: number },
): Leaf {
  const base = Math.min(1500, 150 * size * Math.exp(normal(next)));
  const noise = next() < 0.85 ? 0.01 + 0.05 * next() : 0.08 + 0.1 * next();
  const growth = -0.02 + 0.07 * next();
  const quantity = Float64Array.from(days, (day, t) => {
    const date = new Date(`${day}T00:00:00Z`);
    if (element.serviceName === 'Support') return date.getUTCDate() === 1 ? base * 10 : 0;
    const weekly = date.getUTCDay() % 6 === 0 ? weekend : 1;
    return base * weekly * Math.exp((growth * t) / 30 + noise * normal(next));
  });
  return { element, cost: quantity.slice(), quantity, credits: new Float64Array(days.length) };
}

function find(leaves: readonly Leaf[], account: number, usageType: string): Leaf {
  const subAccountId = String(100000000000 + account);
  const leaf = leaves.find(
    ({ element }) => element.subAccountId === subAccountId && element.usageType === usageType,
  );
  if (!leaf) throw new Error(`the test organisation has no ${usageType} in account ${account}`);
  return leaf;
}

/** Daily mean of the leaf's whole service: incidents are sized against it. */
function serviceMean(leaves: readonly Leaf[], { element }: Leaf): number {
  const same = leaves.filter(
    (leaf) =>
      leaf.element.subAccountId === element.subAccountId &&
      leaf.element.serviceName === element.serviceName,
  );
  return same.reduce((sum, leaf) => sum + leaf.cost.reduce((a, b) => a + b, 0), 0) / DAYS;
}

function plantIncidents(leaves: readonly Leaf[], next: () => number): Planted[] {
  const plant = (kind: string, account: number, usageType: string, lastDays: number): Planted => {
    const leaf = find(leaves, account, usageType);
    const onset = DAYS - 4 - Math.floor(next() * 14);
    const amount = Math.max(300, serviceMean(leaves, leaf) * (0.3 + next() * 0.7));
    const price = kind === 'expired_reservation';
    for (let t = onset; t < Math.min(DAYS, onset + lastDays); t++) {
      leaf.cost[t] = (leaf.cost[t] as number) + amount * (0.95 + 0.1 * next());
      if (!price) leaf.quantity[t] = leaf.cost[t] as number;
    }
    return { kind, element: leaf.element, onset };
  };
  return [
    plant('data_transfer', 0, 'DataTransfer-Out', 3),
    plant('log_ingestion', 1, 'Logs-Ingest', DAYS),
    plant('gpu_left_running', 2, 'BoxUsage:g5', DAYS),
    plant('nat_gateway', 3, 'NatGateway-Bytes', DAYS),
    plant('expired_reservation', 4, 'InstanceUsage:r6g', DAYS),
  ];
}

function plantLookAlikes(leaves: readonly Leaf[], days: readonly string[]): Planted[] {
  const batch = find(leaves, 5, 'GB-Second');
  const lift = Math.max(600, serviceMean(leaves, batch));
  days.forEach((day, t) => {
    const tomorrow = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000);
    const dayAfter = new Date(Date.parse(`${day}T00:00:00Z`) + 2 * 86_400_000);
    if (tomorrow.getUTCDate() !== 1 && dayAfter.getUTCDate() !== 1) return;
    batch.cost[t] = (batch.cost[t] as number) + lift;
  });
  const launch = find(leaves, 6, 'BoxUsage:m6i');
  const onset = DAYS - 15;
  for (let t = onset; t < DAYS; t++) launch.cost[t] = (launch.cost[t] as number) + 900;
  const credit = find(leaves, 7, 'InstanceUsage:r6g');
  for (let t = 0; t < DAYS - 12; t++) credit.credits[t] = -400;
  return [
    { kind: 'recurring_month_end', element: batch.element, onset: 0 },
    { kind: 'planned_activity', element: launch.element, onset },
    { kind: 'credit_change', element: credit.element, onset: DAYS - 12 },
  ];
}

const LEVELS: readonly (readonly [SeriesLevel, readonly (keyof Leaf['element'])[]])[] = [
  ['account', ['subAccountId']],
  ['account_service', ['subAccountId', 'serviceName']],
  ['account_service_region', ['subAccountId', 'serviceName', 'regionId']],
  ['account_service_region_usage', ['subAccountId', 'serviceName', 'regionId', 'usageType']],
  ['organisation', []],
  ['region', ['regionId']],
  ['service', ['serviceName']],
  ['service_usage', ['serviceName', 'usageType']],
  ['tag', ['tag:team']],
  ['tag_service', ['tag:team', 'serviceName']],
];

function levelsOf(leaves: readonly Leaf[]): DailySeries[] {
  const series = new Map<string, DailySeries & Required<Pick<DailySeries, 'credits'>>>();
  for (const leaf of leaves) {
    for (const [level, keys] of LEVELS) {
      const element = Object.fromEntries(keys.map((key) => [key, leaf.element[key]]));
      const name = JSON.stringify(element);
      const known = series.get(name) ?? {
        element,
        level,
        cost: new Float64Array(DAYS),
        credits: new Float64Array(DAYS),
        ...(keys.includes('usageType') ? { quantity: new Float64Array(DAYS) } : {}),
      };
      for (let t = 0; t < DAYS; t++) {
        known.cost[t] = (known.cost[t] as number) + (leaf.cost[t] as number);
        known.credits[t] = (known.credits[t] as number) + (leaf.credits[t] as number);
        if (known.quantity) {
          known.quantity[t] = (known.quantity[t] as number) + (leaf.quantity[t] as number);
        }
      }
      series.set(name, known);
    }
  }
  return [...series.values()];
}
