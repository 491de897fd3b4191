export * from './bundle/read-bundle.ts';
export * from './cases/policy-case.ts';
export * from './cases/run-cases.ts';
export * from './cases/find-survivors.ts';
