/** Where a database is and who asks. */
export interface DatabaseAddress {
  /** A host name, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly role: string;
  readonly password: string;
  readonly database: string;
}

/** The connection string of an address, in the form that libpq and `pg` both read. */
export function databaseUrl(address: DatabaseAddress): string {
  const { host, port, role, password, database } = address;
  const who = `${encodeURIComponent(role)}:${encodeURIComponent(password)}`;
  return `postgresql://${who}@${encodeURIComponent(host)}:${port}/${encodeURIComponent(database)}`;
}

/** The same server (and options) for another role, and another database where one is given. */
export function withRole(
  url: string,
  login: { readonly role: string; readonly password: string; readonly database?: string },
): string {
  const match = /^(postgres(?:ql)?:\/\/)(?:[^@/]*@)?([^/?]*)(\/[^?]*)?(\?.*)?$/.exec(url);
  const [, scheme = 'postgresql://', server = '', path = '/postgres', query = ''] = match ?? [];
  const who = `${encodeURIComponent(login.role)}:${encodeURIComponent(login.password)}`;
  const database = login.database === undefined ? path : `/${encodeURIComponent(login.database)}`;
  return `${scheme}${who}@${server}${database}${query}`;
}
