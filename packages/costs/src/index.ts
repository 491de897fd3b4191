export * from './localisation/index.ts';
export * from './detection/index.ts';
