import { isOneOf } from '../../duck/sql.ts';
import type { Layout, Mapping, SourceColumns } from './layout.ts';

const USAGE_TYPES = ['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage', 'SavingsPlanNegation'];
const COVERED_TYPES = ['DiscountedUsage', 'SavingsPlanCoveredUsage'];
const PURCHASE_TYPES = ['Fee', 'RIFee', 'SavingsPlanUpfrontFee', 'SavingsPlanRecurringFee'];
const CREDIT_TYPES = [
  'Credit',
  'Refund',
  'EdpDiscount',
  'BundledDiscount',
  'PrivateRateDiscount',
  'RiVolumeDiscount',
  'SppDiscount',
  'Discount',
];

const REQUIRED_FIELDS = [
  'bill_payer_account_id',
  'bill_billing_period_start_date',
  'bill_billing_period_end_date',
  'line_item_usage_account_id',
  'line_item_line_item_type',
  'line_item_usage_start_date',
  'line_item_usage_end_date',
  'line_item_product_code',
  'line_item_usage_type',
  'line_item_currency_code',
  'line_item_unblended_cost',
] as const;

const FIELD_GROUPS =
  /^(identity|bill|line_item|product|pricing|reservation|savings_plan|resource_tags|cost_category|discount|split_line_item|iam_principal)(_|$)/;

const LEGACY_GROUPS = {
  identity: 'identity',
  bill: 'bill',
  line_item: 'lineItem',
  product: 'product',
  pricing: 'pricing',
  reservation: 'reservation',
  savings_plan: 'savingsPlan',
} as const;

/** CUR 2.0, or a legacy report in its Athena form: snake_case columns, maps as JSON. */
export const awsCur2Layout: Layout = {
  layoutId: 'aws_cur_2',
  label: 'AWS Cost and Usage Report 2.0 (snake_case columns)',
  requiredColumns: REQUIRED_FIELDS.map((field) => [field] as const),
  describe: () => 'AWS CUR 2.0',
  map: (source) => mapCur(source, (field) => field, tagsOfCur2(source)),
  knows: (column) => FIELD_GROUPS.test(column.toLowerCase()),
  directCosts: () => ({ BilledCost: 'line_item_unblended_cost' }),
};

/** Legacy CUR: `lineItem/UsageType` columns, one column a tag. */
export const awsLegacyCurLayout: Layout = {
  layoutId: 'aws_cur_legacy',
  label: 'legacy AWS Cost and Usage Report (lineItem/… columns)',
  requiredColumns: REQUIRED_FIELDS.map((field) => [legacyName(field)] as const),
  describe: () => 'AWS legacy CUR',
  map: (source) => mapCur(source, legacyName, tagsOfLegacy(source)),
  knows: (column) =>
    /^(identity|bill|lineItem|product|pricing|reservation|savingsPlan|resourceTags|costCategory|discount|splitLineItem)\//i.test(
      column,
    ),
  directCosts: () => ({ BilledCost: legacyName('line_item_unblended_cost') }),
};

/** `line_item_usage_type` → `lineItem/UsageType`; columns are looked up without regard to case, so only the words matter. */
function legacyName(field: string): string {
  const found = Object.entries(LEGACY_GROUPS).find(([group]) => field.startsWith(`${group}_`));
  const [group, legacyGroup] = found ?? ['', ''];
  return `${legacyGroup}/${field.slice(group.length + 1).replaceAll('_', '')}`;
}

/**
 * The mapping of AWS Cost and Usage Report lines, after AWS's own description of its FOCUS export and of amortised cost
 * (docs.aws.amazon.com/cur/latest/userguide, "Line item details", "Understanding Savings Plans", "reservation columns").
 * `name` turns the snake_case name of CUR 2.0 into the name that this file uses.
 */
function mapCur(source: SourceColumns, name: (field: string) => string, tags: string): Mapping {
  const text = (field: string) => source.text(name(field));
  const lineType = text('line_item_line_item_type');
  return {
    ...accountsAndPeriods(source, name),
    ...costs(source, name),
    ChargeCategory: source.category(name('line_item_line_item_type'), categorySql),
    ChargeClass: `CASE WHEN ${lineType} = 'Refund' THEN 'Correction' END`,
    ChargeDescription: text('line_item_line_item_description'),
    ...commitment(text),
    PricingCategory: `CASE WHEN ${isOneOf(lineType, COVERED_TYPES)} THEN 'Committed'
      WHEN contains(coalesce(${text('line_item_usage_type')}, ''), 'SpotUsage') THEN 'Dynamic'
      WHEN ${lineType} = 'Usage' THEN 'Standard' END`,
    ProviderName: `'AWS'`,
    PublisherName: `coalesce(${text('line_item_legal_entity')}, 'AWS')`,
    InvoiceIssuerName: `coalesce(${text('bill_invoicing_entity')}, ${text('bill_billing_entity')})`,
    InvoiceId: text('bill_invoice_id'),
    ServiceName: `coalesce(${text('product_product_name')}, ${productField(source, 'product_name')}, ${text('product_servicename')}, ${text('line_item_product_code')})`,
    RegionId: `coalesce(${text('product_region_code')}, ${text('product_region')}, regexp_replace(${text('line_item_availability_zone')}, '[a-z]$', ''))`,
    RegionName: text('product_location'),
    AvailabilityZone: text('line_item_availability_zone'),
    ResourceId: text('line_item_resource_id'),
    SkuId: text('product_sku'),
    SkuMeter: text('line_item_usage_type'),
    SkuPriceId: `coalesce(${text('pricing_rate_code')}, ${text('pricing_rate_id')})`,
    Tags: tags,
    x_UsageType: text('line_item_usage_type'),
    x_Operation: text('line_item_operation'),
  };
}

function accountsAndPeriods(source: SourceColumns, name: (field: string) => string): Mapping {
  const text = (field: string) => source.text(name(field));
  const required = (field: string) => source.instant(name(field), 'required');
  return {
    BillingAccountId: text('bill_payer_account_id'),
    BillingAccountName: text('bill_payer_account_name'),
    SubAccountId: `coalesce(${text('line_item_usage_account_id')}, ${text('bill_payer_account_id')})`,
    SubAccountName: text('line_item_usage_account_name'),
    BillingCurrency: text('line_item_currency_code'),
    BillingPeriodStart: required('bill_billing_period_start_date'),
    BillingPeriodEnd: required('bill_billing_period_end_date'),
    ChargePeriodStart: required('line_item_usage_start_date'),
    ChargePeriodEnd: required('line_item_usage_end_date'),
  };
}

function costs(source: SourceColumns, name: (field: string) => string): Mapping {
  const text = (field: string) => source.text(name(field));
  const exact = (field: string) => source.decimal(name(field), 'exact');
  const optional = (field: string) => source.decimal(name(field), 'optional');
  const lineType = text('line_item_line_item_type');
  const billed = source.decimal(name('line_item_unblended_cost'), 'required');
  const listed = optional('pricing_public_on_demand_cost');
  return {
    BilledCost: billed,
    EffectiveCost: `CASE ${lineType}
      WHEN 'SavingsPlanCoveredUsage' THEN ${exact('savings_plan_savings_plan_effective_cost')}
      WHEN 'DiscountedUsage' THEN ${exact('reservation_effective_cost')}
      WHEN 'SavingsPlanNegation' THEN 0
      WHEN 'SavingsPlanUpfrontFee' THEN 0
      WHEN 'SavingsPlanRecurringFee' THEN ${exact('savings_plan_total_commitment_to_date')} - ${exact('savings_plan_used_commitment')}
      WHEN 'RIFee' THEN ${exact('reservation_unused_amortized_upfront_fee_for_billing_period')} + ${exact('reservation_unused_recurring_fee')}
      WHEN 'Fee' THEN CASE WHEN ${reservationId(text)} IS NULL THEN ${billed} ELSE 0 END
      ELSE ${billed} END`,
    ListCost: `CASE WHEN ${lineType} = 'SavingsPlanNegation' THEN 0 ELSE coalesce(${listed}, ${billed}) END`,
    ContractedCost: `CASE WHEN ${lineType} = 'DiscountedUsage' THEN coalesce(${listed}, ${billed})
      WHEN ${lineType} = 'SavingsPlanNegation' THEN 0 ELSE ${billed} END`,
    ListUnitPrice: optional('pricing_public_on_demand_rate'),
    ContractedUnitPrice: optional('line_item_unblended_rate'),
    PricingQuantity: optional('line_item_usage_amount'),
    PricingUnit: text('pricing_unit'),
    ConsumedQuantity: optional('line_item_usage_amount'),
    ConsumedUnit: text('pricing_unit'),
    PricingCurrency: text('pricing_currency'),
  };
}

function commitment(text: (field: string) => string): Mapping {
  const lineType = text('line_item_line_item_type');
  const savingsPlan = text('savings_plan_savings_plan_a_r_n');
  const isPlan = `starts_with(coalesce(${lineType}, ''), 'SavingsPlan')`;
  const isReserved = `(${isOneOf(lineType, ['RIFee', 'DiscountedUsage'])} OR (${lineType} = 'Fee' AND ${reservationId(text)} IS NOT NULL))`;
  return {
    CommitmentDiscountId: `CASE WHEN ${isPlan} THEN ${savingsPlan} WHEN ${isReserved} THEN ${reservationId(text)} END`,
    CommitmentDiscountCategory: `CASE WHEN ${isPlan} THEN 'Spend' WHEN ${isReserved} THEN 'Usage' END`,
    CommitmentDiscountType: `CASE WHEN ${isPlan} THEN 'Savings Plan' WHEN ${isReserved} THEN 'Reserved' END`,
    CommitmentDiscountStatus: `CASE WHEN ${isOneOf(lineType, COVERED_TYPES)} THEN 'Used' END`,
  };
}

function reservationId(text: (field: string) => string): string {
  return `coalesce(${text('reservation_reservation_a_r_n')}, ${text('reservation_subscription_id')})`;
}

function categorySql(lineType: string): string {
  return `CASE WHEN ${isOneOf(lineType, USAGE_TYPES)} THEN 'Usage'
    WHEN ${isOneOf(lineType, PURCHASE_TYPES)} THEN 'Purchase'
    WHEN ${lineType} = 'Tax' THEN 'Tax'
    WHEN ${isOneOf(lineType, CREDIT_TYPES)} THEN 'Credit' END`;
}

function productField(source: SourceColumns, field: string): string {
  return `json_extract_string(TRY_CAST(${source.text('product')} AS JSON), '$.${field}')`;
}

/** CUR 2.0 has one map column; a legacy report in Athena form has one column a tag. */
function tagsOfCur2(source: SourceColumns): string {
  if (source.has('resource_tags')) return source.tags('resource_tags');
  return tagColumns(source, 'resource_tags_');
}

function tagsOfLegacy(source: SourceColumns): string {
  return tagColumns(source, 'resourcetags/');
}

function tagColumns(source: SourceColumns, prefix: string): string {
  const columns = source.startingWith(prefix);
  if (columns.length === 0) return 'NULL';
  const pairs = columns.map((column) => {
    const key = column.slice(prefix.length).replace(/^user[:_]/, '');
    return `{k: '${key.replaceAll("'", "''")}', v: ${source.text(column)}}`;
  });
  const present = `list_filter([${pairs.join(', ')}], lambda tag: tag.v IS NOT NULL)`;
  return `to_json(map_from_entries(list_distinct(${present})))::VARCHAR`;
}
