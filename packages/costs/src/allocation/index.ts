export * from './allocation-requests.ts';
export {
  tagCoverage,
  type CostApart,
  type CoverageAnswer,
  type CoverageFigures,
  type CoverageRequest,
  type CurrencyCoverage,
  type GateStatus,
  type GroupCoverage,
  type KeyCoverage,
  type UntaggedCost,
} from './coverage.ts';
export { CHARGE_CLASSES, type ChargeClass } from './charge-class.ts';
export { parseTaxonomy } from './parse-taxonomy.ts';
export { extentOf, type Extent, type ExtentRequest, type Period } from './period.ts';
export {
  BY_ACCOUNT,
  showback,
  type CurrencyShowback,
  type SharedPool,
  type ShowbackAnswer,
  type ShowbackLine,
  type ShowbackParts,
  type ShowbackRequest,
} from './showback.ts';
export {
  suggestTaxonomy,
  taxonomyLines,
  type SpellingFound,
  type SuggestAnswer,
  type TaxonomySuggestion,
} from './suggest-taxonomy.ts';
export { TAXONOMY_DEFAULT, taxonomyOfKeys, type Taxonomy, type TaxonomyKey } from './taxonomy.ts';
