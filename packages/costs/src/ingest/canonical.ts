/** How a canonical column is stored. Decimals are exact with 18 places; instants are UTC; tags are a map of text to text. */
export type CanonicalType = 'text' | 'decimal' | 'instant' | 'tags';

/** SQL type of each canonical type. */
export const SQL_TYPES = {
  text: 'VARCHAR',
  decimal: 'DECIMAL(38, 18)',
  instant: 'TIMESTAMP',
  tags: 'MAP(VARCHAR, VARCHAR)',
} as const satisfies Record<CanonicalType, string>;

/**
 * The canonical table: the 57 columns of FOCUS 1.2 Cost and Usage under their own ids
 * (https://focus.finops.org/focus-specification/v1-2/), then what the analysis needs beyond them.
 */
export const CANONICAL_COLUMNS = {
  AvailabilityZone: 'text',
  BilledCost: 'decimal',
  BillingAccountId: 'text',
  BillingAccountName: 'text',
  BillingAccountType: 'text',
  BillingCurrency: 'text',
  BillingPeriodEnd: 'instant',
  BillingPeriodStart: 'instant',
  CapacityReservationId: 'text',
  CapacityReservationStatus: 'text',
  ChargeCategory: 'text',
  ChargeClass: 'text',
  ChargeDescription: 'text',
  ChargeFrequency: 'text',
  ChargePeriodEnd: 'instant',
  ChargePeriodStart: 'instant',
  CommitmentDiscountCategory: 'text',
  CommitmentDiscountId: 'text',
  CommitmentDiscountName: 'text',
  CommitmentDiscountQuantity: 'decimal',
  CommitmentDiscountStatus: 'text',
  CommitmentDiscountType: 'text',
  CommitmentDiscountUnit: 'text',
  ConsumedQuantity: 'decimal',
  ConsumedUnit: 'text',
  ContractedCost: 'decimal',
  ContractedUnitPrice: 'decimal',
  EffectiveCost: 'decimal',
  InvoiceId: 'text',
  InvoiceIssuerName: 'text',
  ListCost: 'decimal',
  ListUnitPrice: 'decimal',
  PricingCategory: 'text',
  PricingCurrency: 'text',
  PricingCurrencyContractedUnitPrice: 'decimal',
  PricingCurrencyEffectiveCost: 'decimal',
  PricingCurrencyListUnitPrice: 'decimal',
  PricingQuantity: 'decimal',
  PricingUnit: 'text',
  ProviderName: 'text',
  PublisherName: 'text',
  RegionId: 'text',
  RegionName: 'text',
  ResourceId: 'text',
  ResourceName: 'text',
  ResourceType: 'text',
  ServiceCategory: 'text',
  ServiceName: 'text',
  ServiceSubcategory: 'text',
  SkuId: 'text',
  SkuMeter: 'text',
  SkuPriceDetails: 'text',
  SkuPriceId: 'text',
  SubAccountId: 'text',
  SubAccountName: 'text',
  SubAccountType: 'text',
  Tags: 'tags',
  /** The provider's usage type: `x_UsageType`, `lineItem/UsageType`, Azure's meter, else FOCUS `SkuMeter`. */
  x_UsageType: 'text',
  x_Operation: 'text',
} as const satisfies Record<string, CanonicalType>;

export type CanonicalColumn = keyof typeof CANONICAL_COLUMNS;

/** The four cost columns whose sums are kept and reconciled. */
export const COST_COLUMNS = ['BilledCost', 'EffectiveCost', 'ListCost', 'ContractedCost'] as const;

export type CostColumn = (typeof COST_COLUMNS)[number];

/** The closed set of FOCUS charge categories. */
export const CHARGE_CATEGORIES = ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'] as const;

/** Part of every part's id: change it whenever the same file would be mapped to other rows, or stored in another way. */
export const MAPPING_REVISION = 2;
