export * from './closest.ts';
export * from './configuration.ts';
export * from './duration.ts';
export * from './policy-settings.ts';
export * from './problem.ts';
export * from './process-settings.ts';
export * from './read-configuration.ts';
export * from './secret-reference.ts';
