import { createAccounts } from './accounts.ts';
import { historyDays, type HistoryDay } from './calendar.ts';
import { createChance } from './chance.ts';
import {
  correctionCharges,
  creditCharges,
  reservationCharges,
  savingsPlanCharges,
  supportCharges,
  type Charge,
} from './charges.ts';
import { addEverydayUsage } from './everyday-usage.ts';
import { LineBuilder } from './line-builder.ts';
import { plantCreditExpiry, plantMonthEndBatch, plantPlannedLaunch } from './look-alikes.ts';
import type {
  LookAlike,
  OrganisationAccount,
  OrganisationResource,
  PlannedActivity,
  PlantedIncident,
} from './organisation.ts';
import {
  plantDataTransferSpike,
  plantExpiredCommitment,
  plantForgottenGpus,
  plantNatReroute,
  plantRunawayLogs,
  type Plot,
} from './planted-incidents.ts';
import { REGIONS, type PriceItem } from './price-catalogue.ts';
import type { Coverage, UsageLine } from './usage-line.ts';

/**
 * The last day of the demonstration's history. Fixed, not the wall clock's: each run shows the same, and a month end lies
 * just before it, so that the closing batch is running.
 */
export const DEMO_LAST_DAY = '2026-10-04';

/** The seed of the demonstration organisation that `npm start` shows. */
export const DEMO_SEED = 1;

/** A made-up organisation with 120 days of cost history, and the truth about what was planted in it. */
export interface Organisation {
  readonly seed: number;
  readonly lastDay: string;
  readonly billingAccount: OrganisationAccount;
  readonly accounts: readonly OrganisationAccount[];
  readonly resources: readonly OrganisationResource[];
  readonly incidents: readonly PlantedIncident[];
  readonly lookAlikes: readonly LookAlike[];
  readonly plannedActivities: readonly PlannedActivity[];
  readonly days: readonly HistoryDay[];
  readonly lines: readonly UsageLine[];
  readonly charges: readonly Charge[];
}

/** Makes the organisation of a seed: thirty accounts, five incidents, three look-alikes. The same seed gives the same. */
export function generateOrganisation(options: {
  readonly seed: number;
  /** ISO date of the last complete day. */
  readonly lastDay: string;
}): Organisation {
  const { seed, lastDay } = options;
  const accounts = createAccounts(seed);
  const days = historyDays(lastDay);
  const billingAccount = accounts[0] as OrganisationAccount;
  const builder = new LineBuilder(seed, days[0]?.isoDate ?? lastDay);
  const coverage = savingsPlanOf(seed, billingAccount);
  for (const account of accounts) addEverydayUsage(builder, account, coverage.forItem);
  const planted = plant({ builder, days, chance: createChance(seed, 'planted') }, accounts);
  const { lines } = builder;
  return {
    seed,
    lastDay,
    billingAccount,
    accounts,
    resources: builder.resources,
    incidents: planted.incidents,
    lookAlikes: planted.lookAlikes,
    plannedActivities: planted.plannedActivities,
    days,
    lines,
    charges: [
      ...planted.charges,
      ...supportCharges(billingAccount, days),
      ...correctionCharges(billingAccount, days),
      ...savingsPlanCharges(billingAccount, days, coveredBy(lines, coverage.plan), coverage.plan),
      ...lines.flatMap((line) =>
        line.coverage?.category === 'Usage' ? reservationCharges(line, line.coverage, days) : [],
      ),
    ],
  };
}

function plant(plot: Plot, accounts: readonly OrganisationAccount[]) {
  const production = accounts.filter(
    (account) => account.environment === 'production' && account.team !== 'platform',
  );
  const places = plot.chance.pick(production, 7) as [
    OrganisationAccount,
    OrganisationAccount,
    OrganisationAccount,
    OrganisationAccount,
    OrganisationAccount,
    OrganisationAccount,
    OrganisationAccount,
  ];
  const sandbox = accounts.find((account) => account.team === 'data-science') ?? places[0];
  const launch = plantPlannedLaunch(plot, places[5]);
  const creditExpiry = plantCreditExpiry(plot, places[6]);
  return {
    incidents: [
      plantDataTransferSpike(plot, places[0]),
      plantRunawayLogs(plot, places[1]),
      plantForgottenGpus(plot, sandbox),
      plantNatReroute(plot, places[2]),
      plantExpiredCommitment(plot, places[3]),
    ],
    lookAlikes: [plantMonthEndBatch(plot, places[4]), launch.lookAlike, creditExpiry.lookAlike],
    plannedActivities: [launch.activity],
    charges: creditCharges(creditExpiry.credit, plot.days),
  };
}

const SAVINGS_PLAN_RATE = 0.7;

/** A savings plan that covers the larger instances of production accounts. */
function savingsPlanOf(seed: number, billingAccount: OrganisationAccount) {
  const id = createChance(seed, 'savings plan').text('0123456789abcdef', 32);
  const uuid = id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const plan: Coverage = {
    discountId: `arn:aws:savingsplans::${billingAccount.accountId}:savingsplan/${uuid}`,
    discountName: 'compute-savings-plan',
    category: 'Spend',
    discountType: 'Compute Savings Plan',
    rate: 0,
    untilDay: Number.MAX_SAFE_INTEGER,
  };
  const forItem = (account: OrganisationAccount, item: PriceItem): Coverage | undefined => {
    if (account.environment !== 'production' || item.usageType.includes('t3.')) return undefined;
    const factor = REGIONS[account.regionId]?.priceFactor ?? 1000;
    return { ...plan, rate: Math.round((item.listPrice * factor * SAVINGS_PLAN_RATE) / 1000) };
  };
  return { plan, forItem };
}

function coveredBy(lines: readonly UsageLine[], plan: Coverage): readonly UsageLine[] {
  return lines.filter((line) => line.coverage?.discountId === plan.discountId);
}
