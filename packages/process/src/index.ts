export * from './run-process.ts';
export * from './read-key-file.ts';
