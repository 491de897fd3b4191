import { extraMilliUnitsOn, pricesOf, decimalText, type UsageLine } from './usage-line.ts';
import { addLogGroup } from './everyday-usage.ts';
import type { HistoryDay } from './calendar.ts';
import type { Chance } from './chance.ts';
import type { LineBuilder } from './line-builder.ts';
import type { IncidentKind, OrganisationAccount, PlantedIncident } from './organisation.ts';
import { boxUsage, databaseUsage, PRICES, usageTypeIn } from './price-catalogue.ts';

/** Where things are planted: the builder, the days, and the chance of the planting itself. */
export interface Plot {
  readonly builder: LineBuilder;
  readonly days: readonly HistoryDay[];
  readonly chance: Chance;
}

/** A line with a plateau that starts at `onset` and lasts to the end, a little different each day. */
export function plateau(plot: Plot, onset: HistoryDay, milliUnits: number) {
  const { chance, days } = plot;
  const levels = days.map(() => Math.round(milliUnits * (0.95 + 0.1 * chance.next())));
  return {
    milliUnitsOn: (day: HistoryDay) => (day.index < onset.index ? 0 : (levels[day.index] ?? 0)),
  };
}

/** The day that lies between `min` and `max` days before the end of the history. */
export function onsetWithin(plot: Plot, min: number, max: number): HistoryDay {
  const day = plot.days[plot.days.length - 1 - plot.chance.integer(min, max)];
  return day ?? (plot.days[0] as HistoryDay);
}

/** One instance starts to send terabytes to the internet. */
export function plantDataTransferSpike(plot: Plot, account: OrganisationAccount): PlantedIncident {
  const { builder, chance } = plot;
  const onset = onsetWithin(plot, 3, 6);
  const name = `${account.team}-export`;
  const item = boxUsage('m6i.xlarge', 0.192);
  const instance = builder.instance(account, 'm6i.xlarge', { name, omitTags: [] });
  builder.line(account, instance, item);
  const line = builder.line(account, instance, PRICES.transferOut, {
    milliUnits: chance.integer(30, 60) * 1000,
    weekendLevel: 800,
    noise: 40,
    extras: [plateau(plot, onset, chance.integer(7_000, 10_000) * 1000)],
  });
  return incidentOf('data_transfer_spike', [line], onset, plot);
}

/** Debug logging stays switched on: one log group takes in a terabyte a day. */
export function plantRunawayLogs(plot: Plot, account: OrganisationAccount): PlantedIncident {
  const { builder, chance } = plot;
  const onset = onsetWithin(plot, 4, 9);
  const name = `/aws/lambda/${account.team}-orders`;
  const base = addLogGroup(builder, account, name, chance.integer(15, 35) * 1000);
  const line = { ...base, extras: [plateau(plot, onset, chance.integer(1_000, 1_500) * 1000)] };
  builder.lines[base.number] = line;
  return incidentOf('runaway_log_ingestion', [line], onset, plot);
}

/** Two GPU instances are started on one day for an experiment and never stopped; nobody is named as owner. */
export function plantForgottenGpus(plot: Plot, account: OrganisationAccount): PlantedIncident {
  const { builder, chance } = plot;
  const onset = onsetWithin(plot, 5, 12);
  const firstHour = chance.integer(7, 9);
  const startHours = [firstHour, firstHour + chance.integer(3, 6)];
  const lines = startHours.map((hour, index) => {
    const minute = chance.integer(10, 59);
    const instance = builder.instance(account, 'p4d.24xlarge', {
      name: `train-${index + 1}`,
      application: 'experiment',
      launchedAt: `${onset.isoDate}T${String(hour).padStart(2, '0')}:${minute}:00.000Z`,
      omitTags: ['owner'],
    });
    const firstDayMilliHours = Math.round((24 - hour - minute / 60) * 1000);
    return builder.line(account, instance, boxUsage('p4d.24xlarge', 21.957642, 8), {
      milliUnits: 0,
      extras: [aroundTheClock(onset, firstDayMilliHours)],
    });
  });
  return incidentOf('forgotten_gpu_instances', lines, onset, plot);
}

/** The S3 endpoint is deleted: the same bytes now pass through, and are charged by, the NAT gateway. */
export function plantNatReroute(plot: Plot, account: OrganisationAccount): PlantedIncident {
  const { builder, chance } = plot;
  const onset = onsetWithin(plot, 4, 10);
  const application = `${account.team}-lake`;
  const bucket = builder.resource(account, 's3', {
    path: `${account.name}-lake`,
    name: `${account.name}-lake`,
    application,
    type: 'Bucket',
  });
  const endpoint = builder.resource(account, 'ec2', {
    path: 'vpc-endpoint/vpce-0{id}',
    name: `${account.name}-s3-endpoint`,
    application: 'network',
    type: 'VPC Endpoint',
  });
  const nat = builder.resource(account, 'ec2', {
    path: 'natgateway/nat-0{id}',
    name: `${account.name}-nat-lake`,
    application: 'network',
    type: 'NAT Gateway',
  });
  const bytes = plateau(plot, plot.days[0] as HistoryDay, chance.integer(12_000, 16_000) * 1000);
  const before = between(0, onset.index, bytes.milliUnitsOn);
  const after = between(onset.index, plot.days.length, bytes.milliUnitsOn);
  builder.line(account, bucket, PRICES.objectRegional, { milliUnits: 0, extras: [bytes] });
  builder.line(account, endpoint, PRICES.endpointHours, {
    milliUnits: 0,
    extras: [between(0, onset.index, () => 72_000)],
  });
  builder.line(account, endpoint, PRICES.endpointBytes, { milliUnits: 0, extras: [before] });
  builder.line(account, nat, PRICES.natHours);
  const line = builder.line(account, nat, PRICES.natBytes, {
    milliUnits: chance.integer(60, 120) * 1000,
    weekendLevel: 800,
    noise: 30,
    extras: [after],
  });
  return incidentOf('nat_gateway_reroute', [line], onset, plot);
}

/** A reserved database instance falls back to the on-demand price, at unchanged hours. */
export function plantExpiredCommitment(plot: Plot, account: OrganisationAccount): PlantedIncident {
  const { builder, chance } = plot;
  const onset = onsetWithin(plot, 6, 13);
  const name = `${account.team}-core`;
  const database = builder.resource(account, 'rds', {
    path: `db:${name}`,
    name,
    omitTags: [],
    type: 'DB Instance',
  });
  const item = databaseUsage('db.r5.24xlarge', 35.904, 'SQL Server Standard');
  const reservationName = `${name}-reservation`;
  const line = builder.line(account, database, item, {
    coverage: {
      discountId: `arn:aws:rds:${account.regionId}:${account.accountId}:ri:${reservationName}-${chance.text('0123456789', 6)}`,
      discountName: reservationName,
      category: 'Usage',
      discountType: 'Reserved Instance',
      rate: Math.round(item.listPrice * 0.5134),
      untilDay: onset.index,
    },
  });
  return incidentOf('expired_commitment', [line], onset, plot);
}

function aroundTheClock(onset: HistoryDay, firstDayMilliHours: number) {
  return {
    milliUnitsOn: (day: HistoryDay) => {
      if (day.index < onset.index) return 0;
      return day.index === onset.index ? firstDayMilliHours : 24_000;
    },
  };
}

function between(from: number, to: number, level: (day: HistoryDay) => number) {
  return {
    milliUnitsOn: (day: HistoryDay) => (day.index >= from && day.index < to ? level(day) : 0),
  };
}

function incidentOf(
  kind: IncidentKind,
  lines: readonly UsageLine[],
  onset: HistoryDay,
  plot: Plot,
): PlantedIncident {
  const [dearest] = lines as readonly [UsageLine, ...UsageLine[]];
  return {
    kind,
    subAccountId: dearest.account.accountId,
    serviceName: dearest.item.serviceName,
    regionId: dearest.resource.regionId,
    usageType: usageTypeIn(dearest.resource.regionId, dearest.item),
    resourceId: dearest.resource.resourceId,
    resourceIds: lines.map((line) => line.resource.resourceId),
    onsetDate: onset.isoDate,
    perDay: extraPerDay(lines, onset, plot.days),
  };
}

/** Mean extra EffectiveCost a day from the onset to the end, USD with six fraction digits. */
export function extraPerDay(
  lines: readonly UsageLine[],
  onset: HistoryDay,
  days: readonly HistoryDay[],
): string {
  const affected = days.filter((day) => day.index >= onset.index);
  const sum = affected.reduce((total, day) => total + extraCostOn(lines, day), 0n);
  const mean = sum / BigInt(affected.length);
  return decimalText((mean + 5000n) / 10_000n, 6);
}

function extraCostOn(lines: readonly UsageLine[], day: HistoryDay): bigint {
  return lines.reduce((total, line) => {
    const { contracted } = pricesOf(line);
    const planted = BigInt(contracted) * BigInt(extraMilliUnitsOn(line, day));
    const lapsed = line.coverage && line.coverage.untilDay <= day.index;
    const dearer = lapsed ? BigInt(contracted - line.coverage.rate) * BigInt(line.milliUnits) : 0n;
    return total + planted + dearer;
  }, 0n);
}
