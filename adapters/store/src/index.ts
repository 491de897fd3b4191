export * from './contract.ts';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded/embedded-postgres.ts';
export { socketDirectoryFor } from './embedded/socket-directory.ts';
export { databaseUrl, withRole, type DatabaseAddress } from './connection/database-url.ts';
