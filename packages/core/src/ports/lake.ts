import type { RootCause } from '../investigation/conclusion.ts';
import type { CostBasis, CostDimension } from '../signal/signal.ts';

/** What can be summed. Money columns answer in the billing currency, quantities in their own unit. */
export type CostMeasure =
  CostBasis | 'ListCost' | 'ContractedCost' | 'ConsumedQuantity' | 'PricingQuantity';

/** A typed question; never SQL text. Days are ISO dates in UTC, `toDate` exclusive. */
export interface CostQuery {
  readonly measures: readonly [CostMeasure, ...CostMeasure[]];
  readonly groupBy: readonly (
    | CostDimension
    | 'day'
    | 'chargeCategory'
    | 'pricingCategory'
    | 'commitmentDiscountStatus'
    | 'pricingUnit'
    | 'billingCurrency'
  )[];
  readonly filter: { readonly [dimension in CostDimension | 'chargeCategory']?: readonly string[] };
  readonly fromDate: string;
  readonly toDate: string;
  /** At most 5,000; more is answered as `truncated`. */
  readonly rowsMax?: number;
}

/** Rows as text (decimals exact), in a stable order: groups first, then measures. */
export interface CostAnswer {
  readonly queryId: string;
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
