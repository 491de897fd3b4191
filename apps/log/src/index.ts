export { runLog, type LogOptions, type RunningLog } from './run-log.ts';
