export * from './process-settings.ts';
