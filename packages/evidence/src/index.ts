export * from './record.ts';
export * from './framework.ts';
export * from './assess.ts';
export * from './render-html.ts';
export type { Claim, ClaimFinding, ClaimStatus } from './claims/claim.ts';
export { CLAIMS } from './claims/registry.ts';
