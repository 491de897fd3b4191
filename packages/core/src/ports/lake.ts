import type { RootCause } from '../investigation/conclusion.ts';
import type { CostBasis, CostDimension } from '../signal/signal.ts';

/** What can be summed. Money columns answer in the billing currency, quantities in their own unit. */
export type CostMeasure =
  CostBasis | 'ListCost' | 'ContractedCost' | 'ConsumedQuantity' | 'PricingQuantity';

/** Columns of a charge to group and filter by: camelCase of the FOCUS 1.2 column id, and what the lake keeps beside them. */
export type ChargeDimension =
  | CostDimension
  | 'availabilityZone'
  | 'billingAccountId'
  | 'billingAccountName'
  | 'billingAccountType'
  | 'billingCurrency'
  | 'capacityReservationId'
  | 'capacityReservationStatus'
  | 'chargeCategory'
  | 'chargeClass'
  | 'chargeDescription'
  | 'chargeFrequency'
  | 'commitmentDiscountCategory'
  | 'commitmentDiscountId'
  | 'commitmentDiscountName'
  | 'commitmentDiscountStatus'
  | 'commitmentDiscountType'
  | 'commitmentDiscountUnit'
  | 'consumedUnit'
  | 'invoiceId'
  | 'invoiceIssuerName'
  | 'operation'
  | 'pricingCategory'
  | 'pricingCurrency'
  | 'pricingUnit'
  | 'providerName'
  | 'publisherName'
  | 'regionName'
  | 'resourceName'
  | 'resourceType'
  | 'serviceCategory'
  | 'serviceSubcategory'
  | 'skuId'
  | 'skuMeter'
  | 'skuPriceDetails'
  | 'skuPriceId'
  | 'subAccountName'
  | 'subAccountType';

/** Spans of time to group by, all in UTC: `2026-05-01T13:00Z`, `2026-05-01`, the Monday of an ISO week, `2026-05`. */
export type TimeGrain = 'hour' | 'day' | 'week' | 'month';

/** A typed question; never SQL text. Days are ISO dates in UTC, `toDate` exclusive. */
export interface CostQuery {
  readonly measures: readonly [CostMeasure, ...CostMeasure[]];
  /** `billingPeriod` is the month that the provider billed a charge in, which late charges differ from. */
  readonly groupBy: readonly (ChargeDimension | TimeGrain | 'billingPeriod')[];
  readonly filter: { readonly [dimension in ChargeDimension]?: readonly string[] };
  readonly fromDate: string;
  readonly toDate: string;
  /** At most 5,000; more is answered as `truncated`. */
  readonly rowsMax?: number;
}

/** Rows as text (decimals exact), in a stable order: groups first, then measures. */
export interface CostAnswer {
  readonly queryId: string;
  /** Id of the contents that the scope had; `v-…` for all accounts, `s-…` for some. */
  readonly dataVersion: string;
  readonly rowsRead: number;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly truncated: boolean;
}

/** The lake as one case sees it: the lake process fixes accounts and data version from the case's own row. */
export interface CaseLake {
  query(caseId: string, query: CostQuery): Promise<CostAnswer>;
  /** Root causes of the case's anomaly, most dollars explained first. */
  localise(caseId: string): Promise<{
    readonly queryId: string;
    readonly causes: readonly RootCause[];
    readonly leaves: number;
  }>;
}
