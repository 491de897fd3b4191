export * from './ingest/ingest.ts';
export * from './quality/finding.ts';
export * from './versions/manifest.ts';
export * from './versions/version-store.ts';
export * from './localisation/index.ts';
export * from './detection/index.ts';
export * from './query/lake-version.ts';
export { parseCostQuery } from './query/parse-query.ts';
export type { Scope } from './query/scope.ts';
