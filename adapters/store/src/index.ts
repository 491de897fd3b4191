export * from './contract.ts';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded/embedded-postgres.ts';
export { socketDirectoryFor } from './embedded/socket-directory.ts';
export { databaseUrl, withRole, type DatabaseAddress } from './connection/database-url.ts';
export { migrate, type MigrateOptions } from './migrations/migrate.ts';
export { ROLES, type Role } from './migrations/roles.ts';
export { openStore } from './stores/open-store.ts';
export { openLogReader } from './log/log-reader.ts';
export { exportLeaves } from './log/export-leaves.ts';
export { startJobs } from './jobs/start-jobs.ts';
export { openDeadLetters, type DeadLetter, type DeadLetters } from './jobs/dead-letters.ts';
export { createTestDatabase, type TestDatabase } from './testing/test-database.ts';
