export * from './gate/decide.ts';
export * from './gate/policy-bundle.ts';
export * from './text/sanitise.ts';
