/** The login roles, one a process; `cf_operator` is the CLI's. */
export const ROLES = [
  'cf_agent',
  'cf_executor',
  'cf_server',
  'cf_lake',
  'cf_log',
  'cf_operator',
] as const;

export type Role = (typeof ROLES)[number];
