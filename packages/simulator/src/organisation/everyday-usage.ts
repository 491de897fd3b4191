import type { LineBuilder } from './line-builder.ts';
import type { OrganisationAccount } from './organisation.ts';
import { boxUsage, databaseUsage, PRICES, type PriceItem } from './price-catalogue.ts';
import type { Coverage, UsageLine } from './usage-line.ts';

const INSTANCE_KINDS = [
  boxUsage('m6i.large', 0.096),
  boxUsage('m6i.2xlarge', 0.384),
  boxUsage('c6i.4xlarge', 0.68),
  boxUsage('r6i.2xlarge', 0.504),
  boxUsage('t3.medium', 0.0416),
] as const;

const DATABASE_KINDS = [
  databaseUsage('db.r6g.large', 0.225, 'PostgreSQL'),
  databaseUsage('db.r6g.xlarge', 0.45, 'PostgreSQL'),
  databaseUsage('db.m6g.2xlarge', 0.636, 'MySQL'),
] as const;

/** Size of an account's everyday usage relative to production. */
const SCALE = { production: 1, staging: 0.35, development: 0.25, sandbox: 0.15 } as const;

/** What every account runs: instances, databases, storage, functions, logs, network. */
export function addEverydayUsage(
  builder: LineBuilder,
  account: OrganisationAccount,
  coverageFor: (account: OrganisationAccount, item: PriceItem) => Coverage | undefined,
): void {
  addInstances(builder, account, coverageFor);
  addDatabases(builder, account);
  addStorage(builder, account);
  addServerless(builder, account);
  addObservability(builder, account);
  addNetwork(builder, account);
}

function addInstances(
  builder: LineBuilder,
  account: OrganisationAccount,
  coverageFor: (account: OrganisationAccount, item: PriceItem) => Coverage | undefined,
): void {
  const chance = builder.chanceOf(account);
  const count = account.environment === 'production' ? 6 : 3;
  for (let index = 1; index <= count; index += 1) {
    const item = INSTANCE_KINDS[chance.integer(0, INSTANCE_KINDS.length - 1)] ?? INSTANCE_KINDS[0];
    const type = item.usageType.replace('BoxUsage:', '');
    const name = `${account.team}-app-${index}`;
    const instance = builder.instance(account, type, { name, application: `${account.team}-app` });
    const coverage = coverageFor(account, item);
    builder.line(account, instance, item, coverage && { coverage });
    if (index % 2 === 0) continue;
    const volume = builder.resource(account, 'ec2', {
      path: 'volume/vol-0{id}',
      name: `${name}-data`,
      application: `${account.team}-app`,
      type: 'Volume',
    });
    builder.line(account, volume, PRICES.volume, { milliUnits: chance.integer(3, 40) * 1000 });
    builder.line(account, instance, PRICES.transferOut, {
      ...traffic(builder, account),
      milliUnits: scaled(account, chance.integer(20, 120) * 1000),
    });
  }
}

function addDatabases(builder: LineBuilder, account: OrganisationAccount): void {
  const chance = builder.chanceOf(account);
  const count = account.environment === 'production' ? 2 : 1;
  for (let index = 1; index <= count; index += 1) {
    const item = DATABASE_KINDS[chance.integer(0, DATABASE_KINDS.length - 1)] ?? DATABASE_KINDS[0];
    const name = `${account.team}-db-${index}`;
    const database = builder.resource(account, 'rds', {
      path: `db:${name}`,
      name,
      application: `${account.team}-app`,
      type: 'DB Instance',
    });
    builder.line(account, database, item);
    builder.line(account, database, PRICES.databaseStorage, {
      milliUnits: scaled(account, chance.integer(5, 60) * 1000),
      growth: chance.integer(100, 900),
    });
  }
}

function addStorage(builder: LineBuilder, account: OrganisationAccount): void {
  const chance = builder.chanceOf(account);
  for (const purpose of ['assets', 'archive']) {
    const name = `${account.name}-${purpose}`;
    const bucket = builder.resource(account, 's3', { path: name, name, type: 'Bucket' });
    builder.line(account, bucket, PRICES.objectStorage, {
      milliUnits: scaled(account, chance.integer(40, 900) * 1000),
      growth: chance.integer(200, 1500),
    });
    builder.line(account, bucket, PRICES.objectRequests, {
      ...traffic(builder, account),
      milliUnits: scaled(account, chance.integer(100_000, 2_000_000) * 1000),
    });
  }
}

function addServerless(builder: LineBuilder, account: OrganisationAccount): void {
  const chance = builder.chanceOf(account);
  const name = `${account.team}-events`;
  const handler = builder.resource(account, 'lambda', {
    path: `function:${name}`,
    name,
    type: 'Function',
  });
  const busy = traffic(builder, account);
  const requests = scaled(account, chance.integer(300_000, 4_000_000) * 1000);
  builder.line(account, handler, PRICES.functionRequests, { ...busy, milliUnits: requests });
  builder.line(account, handler, PRICES.functionSeconds, {
    ...busy,
    milliUnits: Math.round(requests * 0.4),
  });
  const table = builder.resource(account, 'dynamodb', {
    path: `table/${name}`,
    name,
    type: 'Table',
  });
  builder.line(account, table, PRICES.tableReads, { ...busy, milliUnits: requests * 3 });
  builder.line(account, table, PRICES.tableWrites, { ...busy, milliUnits: requests });
  const queue = builder.resource(account, 'sqs', { path: name, name, type: 'Queue' });
  builder.line(account, queue, PRICES.queueRequests, { ...busy, milliUnits: requests * 2 });
  const service = builder.resource(account, 'ecs', {
    path: `service/${account.team}/${account.team}-api`,
    name: `${account.team}-api`,
    type: 'Service',
  });
  const cores = scaled(account, chance.integer(2, 12) * 24_000);
  builder.line(account, service, PRICES.containerCpu, { milliUnits: cores, noise: 15 });
  builder.line(account, service, PRICES.containerMemory, { milliUnits: cores * 2, noise: 15 });
}

function addObservability(builder: LineBuilder, account: OrganisationAccount): void {
  const chance = builder.chanceOf(account);
  for (const name of [`/aws/lambda/${account.team}-events`, `/ecs/${account.team}-api`]) {
    addLogGroup(builder, account, name, scaled(account, chance.integer(8, 60) * 1000));
  }
  const key = builder.resource(account, 'kms', {
    path: 'key/mrk-{id}{id}',
    name: `${account.team}-key`,
    type: 'Key',
  });
  builder.line(account, key, PRICES.keyMonths, { milliUnits: chance.integer(1, 4) * 33 });
}

/** A log group with its ingestion and storage; returns the ingestion line. */
export function addLogGroup(
  builder: LineBuilder,
  account: OrganisationAccount,
  name: string,
  milliGigabytes: number,
): UsageLine {
  const group = builder.resource(account, 'logs', {
    path: `log-group:${name}`,
    name,
    application: name.split('/').at(-1) ?? name,
    type: 'Log Group',
  });
  builder.line(account, group, PRICES.logStorage, { milliUnits: milliGigabytes, growth: 800 });
  return builder.line(account, group, PRICES.logIngestion, {
    ...traffic(builder, account),
    milliUnits: milliGigabytes,
  });
}

function addNetwork(builder: LineBuilder, account: OrganisationAccount): void {
  const chance = builder.chanceOf(account);
  const name = `${account.name}-nat`;
  const nat = builder.resource(account, 'ec2', {
    path: 'natgateway/nat-0{id}',
    name,
    application: 'network',
    type: 'NAT Gateway',
  });
  builder.line(account, nat, PRICES.natHours);
  builder.line(account, nat, PRICES.natBytes, {
    ...traffic(builder, account),
    milliUnits: scaled(account, chance.integer(60, 400) * 1000),
  });
  const address = builder.resource(account, 'ec2', {
    path: 'network-interface/eni-0{id}',
    name: `${account.name}-eni`,
    application: 'network',
    type: 'Network Interface',
  });
  builder.line(account, address, PRICES.publicAddress);
  const balancer = builder.resource(account, 'elasticloadbalancing', {
    path: `loadbalancer/app/${account.team}/{id}`,
    name: `${account.team}-alb`,
    application: `${account.team}-app`,
    type: 'Load Balancer',
  });
  builder.line(account, balancer, PRICES.loadBalancerHours);
  builder.line(account, balancer, PRICES.loadBalancerUnits, {
    ...traffic(builder, account),
    milliUnits: scaled(account, chance.integer(30, 300) * 1000),
  });
  if (account.environment !== 'production') return;
  const cache = builder.resource(account, 'elasticache', {
    path: `cluster:${account.team}-cache`,
    name: `${account.team}-cache`,
    type: 'Cluster',
  });
  builder.line(account, cache, PRICES.cacheHours);
}

/** Usage that follows people: weekends are quieter, days differ, business grows. */
function traffic(builder: LineBuilder, account: OrganisationAccount) {
  const chance = builder.chanceOf(account);
  return {
    weekendLevel: account.environment === 'production' ? chance.integer(550, 900) : 350,
    noise: chance.integer(20, 50),
    growth: chance.integer(0, 800),
  };
}

function scaled(account: OrganisationAccount, milliUnits: number): number {
  return Math.round(milliUnits * SCALE[account.environment]);
}
