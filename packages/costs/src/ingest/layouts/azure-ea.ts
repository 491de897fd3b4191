import type { Layout, Mapping, SourceColumns } from './layout.ts';

/** Column names of the Azure Enterprise Agreement usage export (learn.microsoft.com, "Understand usage details fields"). */
const KNOWN: ReadonlySet<string> = new Set(
  `AccountName AccountOwnerId AdditionalInfo AvailabilityZone BenefitId BenefitName BillingAccountId BillingAccountName
  BillingCurrency BillingCurrencyCode BillingPeriodEndDate BillingPeriodStartDate BillingProfileId BillingProfileName ChargeType
  ConsumedService Cost CostAllocationRuleName CostCenter CostInBillingCurrency Date EffectivePrice Frequency InvoiceSectionId
  InvoiceSectionName IsAzureCreditEligible MeterCategory MeterId MeterName MeterRegion MeterSubCategory OfferId PartNumber
  PayGPrice PlanName PricingModel ProductName ProductOrderId ProductOrderName PublisherName PublisherType Quantity
  ReservationId ReservationName ResourceGroup ResourceId ResourceLocation ResourceName ServiceFamily ServiceInfo1 ServiceInfo2
  SubscriptionId SubscriptionName Tags Term UnitOfMeasure UnitPrice`
    .toLowerCase()
    .split(/\s+/),
);

/** Azure EA usage details, actual or amortised. */
export const azureEaLayout: Layout = {
  layoutId: 'azure_ea',
  label: 'Azure Enterprise Agreement usage export',
  requiredColumns: [
    ['BillingAccountId'],
    ['BillingCurrencyCode', 'BillingCurrency'],
    ['BillingPeriodStartDate'],
    ['BillingPeriodEndDate'],
    ['ChargeType'],
    ['CostInBillingCurrency'],
    ['Date'],
    ['MeterCategory'],
    ['SubscriptionId'],
  ],
  describe: () => 'Azure EA',
  map: mapAzure,
  knows: (column) => KNOWN.has(column.toLowerCase()),
  directCosts: () => ({ BilledCost: 'CostInBillingCurrency' }),
};

function mapAzure(source: SourceColumns): Mapping {
  const { text } = source;
  const cost = source.decimal('CostInBillingCurrency', 'required');
  const day = source.usDate('Date', 'required');
  const commitmentId = `coalesce(${text('benefitId')}, ${text('ReservationId')})`;
  return {
    BillingAccountId: text('BillingAccountId'),
    BillingAccountName: text('BillingAccountName'),
    SubAccountId: `coalesce(${text('SubscriptionId')}, ${text('BillingAccountId')})`,
    SubAccountName: text('SubscriptionName'),
    BillingCurrency: `coalesce(${text('BillingCurrencyCode')}, ${text('BillingCurrency')})`,
    BillingPeriodStart: source.usDate('BillingPeriodStartDate', 'required'),
    // The export names the last day of the period; FOCUS periods end where the next begins.
    BillingPeriodEnd: `${source.usDate('BillingPeriodEndDate', 'required')} + INTERVAL 1 DAY`,
    ChargePeriodStart: day,
    ChargePeriodEnd: `${day} + INTERVAL 1 DAY`,
    BilledCost: cost,
    EffectiveCost: cost,
    ChargeCategory: source.category('ChargeType', categorySql),
    ChargeClass: `CASE WHEN ${text('ChargeType')} = 'Refund' THEN 'Correction' END`,
    ChargeDescription: text('ProductName'),
    ChargeFrequency: `CASE ${text('Frequency')} WHEN 'UsageBased' THEN 'Usage-Based' WHEN 'OneTime' THEN 'One-Time' ELSE ${text('Frequency')} END`,
    CommitmentDiscountId: commitmentId,
    CommitmentDiscountName: `coalesce(${text('benefitName')}, ${text('ReservationName')})`,
    CommitmentDiscountCategory: `CASE WHEN ${commitmentId} IS NULL THEN NULL WHEN ${text('PricingModel')} = 'SavingsPlan' THEN 'Spend' ELSE 'Usage' END`,
    CommitmentDiscountStatus: `CASE WHEN ${commitmentId} IS NULL THEN NULL WHEN starts_with(${text('ChargeType')}, 'Unused') THEN 'Unused' WHEN ${text('ChargeType')} = 'Usage' THEN 'Used' END`,
    PricingCategory: `CASE ${text('PricingModel')} WHEN 'OnDemand' THEN 'Standard' WHEN 'Spot' THEN 'Dynamic' WHEN 'Reservation' THEN 'Committed' WHEN 'SavingsPlan' THEN 'Committed' END`,
    PricingQuantity: source.decimal('Quantity', 'optional'),
    PricingUnit: text('UnitOfMeasure'),
    ConsumedQuantity: source.decimal('Quantity', 'optional'),
    ConsumedUnit: text('UnitOfMeasure'),
    ListUnitPrice: source.decimal('PayGPrice', 'optional'),
    ContractedUnitPrice: source.decimal('UnitPrice', 'optional'),
    ...labels(source),
  };
}

function labels({ text, tags }: SourceColumns): Mapping {
  return {
    AvailabilityZone: text('AvailabilityZone'),
    InvoiceIssuerName: `'Microsoft'`,
    ProviderName: `'Microsoft'`,
    PublisherName: `coalesce(${text('PublisherName')}, ${text('PublisherType')})`,
    RegionId: `lower(${text('ResourceLocation')})`,
    RegionName: text('MeterRegion'),
    ResourceId: text('ResourceId'),
    ResourceName: text('ResourceName'),
    ServiceCategory: text('ServiceFamily'),
    ServiceName: text('MeterCategory'),
    SkuId: text('MeterId'),
    SkuMeter: text('MeterName'),
    SkuPriceId: text('PartNumber'),
    Tags: tags('Tags'),
    x_UsageType: `coalesce(${text('MeterSubCategory')} || ' / ', '') || ${text('MeterName')}`,
    x_Operation: text('ConsumedService'),
  };
}

function categorySql(chargeType: string): string {
  return `CASE ${chargeType} WHEN 'Usage' THEN 'Usage' WHEN 'UnusedReservation' THEN 'Usage' WHEN 'UnusedSavingsPlan' THEN 'Usage'
    WHEN 'Purchase' THEN 'Purchase' WHEN 'Tax' THEN 'Tax' WHEN 'Refund' THEN 'Credit' WHEN 'RoundingAdjustment' THEN 'Adjustment' END`;
}
