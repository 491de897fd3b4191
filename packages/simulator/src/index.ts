export * from './organisation/index.ts';
export * from './world/index.ts';
