export * from './change-requests.ts';
