/** What a canonical column holds. Decimals are exact with 18 places; instants are UTC; tags are a map of text to text. */
export type CanonicalType = 'text' | 'decimal' | 'instant' | 'tags';

/** SQL type of each canonical type, as readers of a version see it. */
export const SQL_TYPES = {
  text: 'VARCHAR',
  decimal: 'DECIMAL(38, 18)',
  instant: 'TIMESTAMP',
  tags: 'MAP(VARCHAR, VARCHAR)',
} as const satisfies Record<CanonicalType, string>;

/**
 * How the decimals of a part are stored: `narrow` in 64 bits with 10 places, where each value fits without rounding, else `wide` in 128.
 * DuckDB parses, writes and sums 64 bits several times faster; AWS writes at most 10 places.
 */
export type Decimals = 'narrow' | 'wide';

/** Places of a narrow decimal. */
export const NARROW_PLACES = 10;

/** Narrow values are parsed into one digit less than they are stored in, so that sums of a few of them fit. */
export const NARROW_PARSED = `DECIMAL(17, ${NARROW_PLACES})`;

/** SQL type in the files of a part. Tags are the text of a JSON object there, which costs far less to write than a map. */
export function storedType(type: CanonicalType, decimals: Decimals): string {
  if (type === 'tags') return SQL_TYPES.text;
  return type === 'decimal' && decimals === 'narrow'
    ? `DECIMAL(18, ${NARROW_PLACES})`
    : SQL_TYPES[type];
}

/** A stored column as readers see it. */
export function readSql(column: CanonicalColumn, decimals: Decimals): string {
  const type = CANONICAL_COLUMNS[column];
  if (type === 'tags')
    return `TRY_CAST(TRY_CAST(${column} AS JSON) AS ${SQL_TYPES.tags}) AS ${column}`;
  return type === 'decimal' && decimals === 'narrow'
    ? `CAST(${column} AS ${SQL_TYPES.decimal}) AS ${column}`
    : column;
}

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
export const MAPPING_REVISION = 4;
