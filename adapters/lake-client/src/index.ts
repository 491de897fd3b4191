export { openCaseLake } from './case-lake.ts';
export * from './lake-admin.ts';
export type { LakeAddress } from './connection.ts';
