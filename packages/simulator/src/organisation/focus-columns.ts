/** The 57 columns of FOCUS 1.2 in the specification's spelling, then the one of AWS that holds the usage type. */
export const FOCUS_COLUMNS = [
  'AvailabilityZone',
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingAccountType',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'CapacityReservationId',
  'CapacityReservationStatus',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargeFrequency',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'CommitmentDiscountCategory',
  'CommitmentDiscountId',
  'CommitmentDiscountName',
  'CommitmentDiscountQuantity',
  'CommitmentDiscountStatus',
  'CommitmentDiscountType',
  'CommitmentDiscountUnit',
  'ConsumedQuantity',
  'ConsumedUnit',
  'ContractedCost',
  'ContractedUnitPrice',
  'EffectiveCost',
  'InvoiceId',
  'InvoiceIssuerName',
  'ListCost',
  'ListUnitPrice',
  'PricingCategory',
  'PricingCurrency',
  'PricingCurrencyContractedUnitPrice',
  'PricingCurrencyEffectiveCost',
  'PricingCurrencyListUnitPrice',
  'PricingQuantity',
  'PricingUnit',
  'ProviderName',
  'PublisherName',
  'RegionId',
  'RegionName',
  'ResourceId',
  'ResourceName',
  'ResourceType',
  'ServiceCategory',
  'ServiceName',
  'ServiceSubcategory',
  'SkuId',
  'SkuMeter',
  'SkuPriceDetails',
  'SkuPriceId',
  'SubAccountId',
  'SubAccountName',
  'SubAccountType',
  'Tags',
  'x_UsageType',
] as const;

export type FocusColumn = (typeof FOCUS_COLUMNS)[number];

/** A row by column; a missing column is null, which CSV writes as nothing. */
export type FocusRow = { readonly [column in FocusColumn]?: string };

/** One CSV line with its line end. */
export function csvLine(row: FocusRow): string {
  return `${FOCUS_COLUMNS.map((column) => csvField(row[column])).join(',')}\n`;
}

/** Quotes where RFC 4180 asks for it. */
export function csvField(value: string | undefined): string {
  if (value === undefined) return '';
  return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/**
 * A row whose columns stand still but for a few: compiled once per line of usage, so that a hundred thousand rows
 * are a few string joins each.
 */
export function compileRow<Varying extends FocusColumn>(
  fixed: FocusRow,
  varying: readonly Varying[],
): (values: Readonly<Record<Varying, string>>) => string {
  const slots = FOCUS_COLUMNS.filter((column) => varying.includes(column as Varying)) as Varying[];
  const marked = FOCUS_COLUMNS.map((column) =>
    varying.includes(column as Varying) ? '\0' : csvField(fixed[column]),
  );
  const [head = '', ...parts] = marked.join(',').split('\0');
  return (values) => {
    let line = head;
    for (let index = 0; index < slots.length; index += 1) {
      line += values[slots[index] as Varying] + parts[index];
    }
    return `${line}\n`;
  };
}
