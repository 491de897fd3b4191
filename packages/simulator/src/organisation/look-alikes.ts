import { addDays, type HistoryDay } from './calendar.ts';
import type { Credit } from './charges.ts';
import type { LookAlike, OrganisationAccount, PlannedActivity } from './organisation.ts';
import { extraPerDay, onsetWithin, plateau, type Plot } from './planted-incidents.ts';
import { boxUsage, PRICES } from './price-catalogue.ts';
import { decimalText } from './usage-line.ts';

/** Closing the books: a fleet that runs on the last day of each month and the first four of the next. */
export function plantMonthEndBatch(plot: Plot, account: OrganisationAccount): LookAlike {
  const { builder, chance, days } = plot;
  const item = boxUsage('c6i.24xlarge', 4.08);
  const lines = Array.from({ length: 8 }, (_, index) => {
    const name = `${account.team}-closing-${index + 1}`;
    const levels = days.map(() => chance.integer(20_000, 24_000));
    const milliUnitsOn = (day: HistoryDay) => (day.monthEdge ? (levels[day.index] ?? 0) : 0);
    const instance = builder.instance(account, 'c6i.24xlarge', {
      name,
      application: `${account.team}-closing`,
      omitTags: [],
    });
    return builder.line(account, instance, item, { milliUnits: 0, extras: [{ milliUnitsOn }] });
  });
  const onset = lastEdgeStart(days);
  return {
    kind: 'month_end_batch',
    subAccountId: account.accountId,
    serviceName: item.serviceName,
    onsetDate: onset.isoDate,
    perDay: extraPerDay(lines, onset, days),
    dismissal: 'recurring_month_end',
  };
}

/** A launch that was announced: a container service grows to its planned size and stays there. */
export function plantPlannedLaunch(
  plot: Plot,
  account: OrganisationAccount,
): { readonly lookAlike: LookAlike; readonly activity: PlannedActivity } {
  const { builder, chance, days } = plot;
  const onset = onsetWithin(plot, 4, 8);
  const name = `${account.team}-launch`;
  const service = builder.resource(account, 'ecs', {
    path: `service/${account.team}/${name}`,
    name,
    omitTags: [],
    type: 'Service',
  });
  const cores = chance.integer(9_000, 12_000) * 1000;
  const lines = [
    builder.line(account, service, PRICES.containerCpu, {
      milliUnits: 0,
      extras: [plateau(plot, onset, cores)],
    }),
    builder.line(account, service, PRICES.containerMemory, {
      milliUnits: 0,
      extras: [plateau(plot, onset, cores * 4)],
    }),
  ];
  const serviceName = PRICES.containerCpu.serviceName;
  return {
    lookAlike: {
      kind: 'planned_launch',
      subAccountId: account.accountId,
      serviceName,
      onsetDate: onset.isoDate,
      perDay: extraPerDay(lines, onset, days),
      dismissal: 'planned_activity',
    },
    activity: {
      note: `Launch of ${name}, announced by ${account.team}`,
      fromDate: addDays(onset.isoDate, -1),
      toDate: addDays(onset.isoDate, 45),
      subAccountIds: [account.accountId],
      serviceNames: [serviceName],
    },
  };
}

/** A promotional credit runs out: usage is as before, the bill is not. */
export function plantCreditExpiry(
  plot: Plot,
  account: OrganisationAccount,
): { readonly lookAlike: LookAlike; readonly credit: Credit } {
  const onset = onsetWithin(plot, 5, 9);
  const { serviceName, serviceCategory, serviceSubcategory } = PRICES.transferOut;
  const cents = plot.chance.integer(45_000, 70_000);
  const perDay = decimalText(BigInt(cents) * 10_000n, 6);
  return {
    lookAlike: {
      kind: 'credit_expiry',
      subAccountId: account.accountId,
      serviceName,
      onsetDate: onset.isoDate,
      perDay,
      dismissal: 'credit_change',
    },
    credit: {
      account,
      serviceName,
      serviceCategory,
      serviceSubcategory,
      amountPerDay: perDay,
      untilDay: onset.index,
      description: 'AWS Promotional Credit, Migration Acceleration Program',
    },
  };
}

function lastEdgeStart(days: readonly HistoryDay[]): HistoryDay {
  const starts = days.filter((day) => day.nextDate.endsWith('-01'));
  return starts.at(-1) ?? (days[0] as HistoryDay);
}
