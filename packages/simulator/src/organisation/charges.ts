import { addDays, type HistoryDay } from './calendar.ts';
import type { FocusRow } from './focus-columns.ts';
import type { OrganisationAccount } from './organisation.ts';
import { PRICES } from './price-catalogue.ts';
import { costText, decimalText, type Coverage, type UsageLine } from './usage-line.ts';

/** A credit that lowers the bill by the same amount every day until it is used up. */
export interface Credit {
  readonly account: OrganisationAccount;
  readonly serviceName: string;
  readonly serviceCategory: string;
  readonly serviceSubcategory: string;
  /** USD, positive. */
  readonly amountPerDay: string;
  /** Day index, exclusive. */
  readonly untilDay: number;
  readonly description: string;
}

/** A charge that is not usage of a resource: everything in it but the account's and the billing period's columns. */
export interface Charge {
  readonly account: OrganisationAccount;
  readonly dayIndex: number;
  readonly row: FocusRow;
}

const HOURS_A_DAY = 24n;
const SUPPORT_FEE = '1450.0000000000';

/** The daily rows of a credit. */
export function creditCharges(credit: Credit, days: readonly HistoryDay[]): readonly Charge[] {
  const { account, serviceName, serviceCategory, serviceSubcategory, description } = credit;
  return days.slice(0, credit.untilDay).map((day) => ({
    account,
    dayIndex: day.index,
    row: {
      ...period(day.isoDate, day.nextDate),
      ...money(`-${credit.amountPerDay}`),
      ChargeCategory: 'Credit',
      ChargeDescription: description,
      ChargeFrequency: 'One-Time',
      ServiceCategory: serviceCategory,
      ServiceName: serviceName,
      ServiceSubcategory: serviceSubcategory,
    },
  }));
}

/** The support plan's monthly fee, billed on the first of the month. */
export function supportCharges(
  account: OrganisationAccount,
  days: readonly HistoryDay[],
): readonly Charge[] {
  return days
    .filter((day) => day.dayOfMonth === 1)
    .map((day) => ({
      account,
      dayIndex: day.index,
      row: {
        ...period(day.monthStart, day.nextMonthStart),
        ...money(SUPPORT_FEE),
        ...quantity('1', 'Months', SUPPORT_FEE),
        ChargeCategory: 'Purchase',
        ChargeDescription: 'AWS Support (Business), monthly fee',
        ChargeFrequency: 'Recurring',
        PricingCategory: 'Standard',
        ServiceCategory: 'Management and Governance',
        ServiceName: 'AWS Support (Business)',
        ServiceSubcategory: 'Support',
        SkuId: 'SUPPORTBUSINESS1',
        SkuPriceId: 'SUPPORTBUSINESS1.MONTHLY',
        x_UsageType: 'Support-Business',
      },
    }));
}

/**
 * A savings plan's daily commitment: the recurring purchase, and the part that no usage drew on. Used, unused and
 * purchase reconcile: EffectiveCost of covered usage plus unused equals BilledCost of the purchase.
 */
export function savingsPlanCharges(
  account: OrganisationAccount,
  days: readonly HistoryDay[],
  covered: readonly UsageLine[],
  coverage: Coverage,
): readonly Charge[] {
  const used = covered.reduce(
    (sum, line) => sum + BigInt(line.coverage?.rate ?? 0) * BigInt(line.milliUnits),
    0n,
  );
  // The commitment is bought in whole tenths of a cent an hour, about 4 % above what is used.
  const perHour = (used * 104n) / 100n / HOURS_A_DAY / 10_000_000n;
  const committed = (perHour + 1n) * 10_000_000n * HOURS_A_DAY;
  const discount = { ...discountColumns(coverage), ...ec2Columns(), ChargeFrequency: 'Recurring' };
  return days.flatMap((day) => {
    const dates = period(day.isoDate, day.nextDate);
    const purchase: FocusRow = {
      ...dates,
      ...money(decimalText(committed, 10), '0.0000000000'),
      ...quantity('24', 'Hours', decimalText(committed / HOURS_A_DAY, 10)),
      ...discount,
      ChargeCategory: 'Purchase',
      ChargeDescription: '1 year No Upfront Compute Savings Plan, recurring fee',
      CommitmentDiscountQuantity: decimalText(committed, 10),
      PricingCategory: 'Standard',
      SkuId: 'COMPUTESAVINGSPL',
      SkuPriceId: 'COMPUTESAVINGSPL.NOUPFRONT',
      x_UsageType: 'ComputeSP:1yrNoUpfront',
    };
    const unused: FocusRow = {
      ...purchase,
      ...money('0.0000000000', decimalText(committed - used, 10)),
      ChargeCategory: 'Usage',
      ChargeDescription: 'Savings Plan commitment that no usage drew on',
      CommitmentDiscountQuantity: decimalText(committed - used, 10),
      CommitmentDiscountStatus: 'Unused',
      PricingCategory: 'Committed',
    };
    return [purchase, unused].map((row) => ({ account, dayIndex: day.index, row }));
  });
}

/** A reservation's monthly fee on the first of the month, or when the history begins, until it ends. */
export function reservationCharges(
  line: UsageLine,
  coverage: Coverage,
  days: readonly HistoryDay[],
): readonly Charge[] {
  const { account, item, resource } = line;
  return days
    .filter((day) => (day.dayOfMonth === 1 || day.index === 0) && day.index < coverage.untilDay)
    .map((day) => {
      const lastIndex = days.findIndex((other) => other.isoDate === day.nextMonthStart);
      const monthEnd = lastIndex < 0 ? days.length : lastIndex;
      const end = Math.min(coverage.untilDay, monthEnd);
      const covered = end - day.index;
      const milliHours = covered * 24_000;
      return {
        account,
        dayIndex: day.index,
        row: {
          ...period(day.isoDate, addDays(day.isoDate, covered)),
          ...money(costText(coverage.rate, milliHours), '0.0000000000'),
          ...quantity(String(milliHours / 1000), 'Hours', decimalText(BigInt(coverage.rate), 7)),
          ...discountColumns(coverage),
          ChargeCategory: 'Purchase',
          ChargeDescription: `${item.details?.['Engine'] ?? ''} reservation, recurring fee`.trim(),
          ChargeFrequency: 'Recurring',
          CommitmentDiscountQuantity: String(milliHours / 1000),
          PricingCategory: 'Standard',
          RegionId: resource.regionId,
          ServiceCategory: item.serviceCategory,
          ServiceName: item.serviceName,
          ServiceSubcategory: item.serviceSubcategory,
          SkuId: 'RDSRESERVATION01',
          SkuPriceId: 'RDSRESERVATION01.RECURRING',
          x_UsageType: `HeavyUsage:${String(item.details?.['InstanceType'] ?? '')}`,
        },
      };
    });
}

/** One refunded mistake of an earlier month, so that corrections occur. */
export function correctionCharges(
  account: OrganisationAccount,
  days: readonly HistoryDay[],
): readonly Charge[] {
  const day = days.find((candidate) => candidate.dayOfMonth === 9);
  if (!day) return [];
  const { serviceName, serviceCategory, serviceSubcategory } = PRICES.objectRequests;
  const row: FocusRow = {
    ...period(addDays(day.isoDate, -40), addDays(day.isoDate, -39)),
    ...money('-12.4000000000'),
    ChargeCategory: 'Usage',
    ChargeClass: 'Correction',
    ChargeDescription: 'Correction of request charges of an earlier month',
    ChargeFrequency: 'One-Time',
    ServiceCategory: serviceCategory,
    ServiceName: serviceName,
    ServiceSubcategory: serviceSubcategory,
    x_UsageType: PRICES.objectRequests.usageType,
  };
  return [{ account, dayIndex: day.index, row }];
}

/** Sales tax on a closed month's billed cost, to the cent. */
export function taxRow(day: HistoryDay, billedUnits: bigint): FocusRow {
  const taxCents = (billedUnits * 625n) / 10_000n / 100_000_000n;
  return {
    ...period(day.monthStart, day.nextMonthStart),
    ...money(decimalText(taxCents * 100_000_000n, 10)),
    ...ec2Columns(),
    ChargeCategory: 'Tax',
    ChargeDescription: 'Tax of type SALES_TAX',
    ChargeFrequency: 'Recurring',
  };
}

/** The columns that say which commitment a row belongs to. */
export function discountColumns(coverage: Coverage): FocusRow {
  return {
    CommitmentDiscountCategory: coverage.category,
    CommitmentDiscountId: coverage.discountId,
    CommitmentDiscountName: coverage.discountName,
    CommitmentDiscountType: coverage.discountType,
    CommitmentDiscountUnit: coverage.category === 'Spend' ? 'USD' : 'Hours',
  };
}

function ec2Columns(): FocusRow {
  const { serviceName, serviceCategory, serviceSubcategory } = PRICES.transferOut;
  return {
    ServiceCategory: serviceCategory,
    ServiceName: serviceName,
    ServiceSubcategory: serviceSubcategory,
  };
}

function period(startDate: string, endDate: string): FocusRow {
  return {
    ChargePeriodStart: `${startDate}T00:00:00Z`,
    ChargePeriodEnd: `${endDate}T00:00:00Z`,
  };
}

function money(billed: string, effective = billed): FocusRow {
  return {
    BilledCost: billed,
    ContractedCost: billed,
    EffectiveCost: effective,
    ListCost: billed,
    PricingCurrencyEffectiveCost: effective,
  };
}

function quantity(amount: string, unit: string, unitPrice: string): FocusRow {
  return {
    ContractedUnitPrice: unitPrice,
    ListUnitPrice: unitPrice,
    PricingCurrencyContractedUnitPrice: unitPrice,
    PricingCurrencyListUnitPrice: unitPrice,
    PricingQuantity: amount,
    PricingUnit: unit,
  };
}
