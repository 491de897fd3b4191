export * from './tiles.ts';
export * from './tile-writer.ts';
export * from './proof-source.ts';
export * from './join-cosignature.ts';
export * from './build-pack.ts';
export * from './witness-state.ts';
export * from './audit-log.ts';
export * from './export-log.ts';
