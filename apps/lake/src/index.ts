export { runLake, type RunLakeOptions } from './run-lake.ts';
