/** Stable names of what can be wrong with, or worth knowing about, billing data. */
export type FindingCode =
  | 'COMMITMENT_PURCHASE_DOUBLE_COUNT'
  | 'CREDITS_INFLATE_COVERAGE'
  | 'DECIMALS_CUT'
  | 'DELIVERIES_SUPERSEDED'
  | 'DUPLICATE_COLUMNS'
  | 'DUPLICATE_FILE'
  | 'EFFECTIVE_COST_MISSING'
  | 'EFFECTIVE_COST_ROUNDED'
  | 'ENCODING_NOT_UTF8'
  | 'EXTRA_COLUMNS'
  | 'FILE_WITHOUT_ROWS'
  | 'LEGACY_CUR_MAPPED'
  | 'LINE_ENDS_MIXED'
  | 'LIST_COST_MISSING'
  | 'MIXED_CURRENCY'
  | 'NO_RESOURCE_IDS'
  | 'NULL_AS_TEXT'
  | 'NUL_BYTES'
  | 'OTHER_LAYOUT_MAPPED'
  | 'ROWS_REJECTED'
  | 'ROW_DATES_OUTSIDE_PERIOD'
  | 'SERVICE_NAMES_ARE_CODES'
  | 'SHORT_HISTORY'
  | 'SUB_ACCOUNT_FILLED'
  | 'TAGS_UNIFORM'
  | 'TIMESTAMPS_WITHOUT_ZONE'
  | 'TOTALS_DIFFER';

/** A named trap, with the figures that show it. `warning` means that some figure would mislead. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: 'info' | 'warning';
  /** File name or provider that it concerns; null for the whole version. */
  readonly subject: string | null;
  /** One sentence with its consequence. */
  readonly message: string;
  /** Figures behind it; money as plain decimals. */
  readonly figures: { readonly [name: string]: string | number | null };
}
