export { runExecutor, type ExecutorOptions, type RunningExecutor } from './run-executor.ts';
