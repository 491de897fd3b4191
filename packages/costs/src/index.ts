export * from './ingest/ingest.ts';
export * from './quality/finding.ts';
export * from './versions/manifest.ts';
export * from './versions/version-store.ts';
