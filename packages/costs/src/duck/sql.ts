/** A name quoted as a SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text quoted as a SQL literal. Only for texts of this program's own making; what a caller says is bound as a parameter. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * A condition that the text is one of these. Not `IN`: DuckDB turns a longer list into a join, and a join does not keep the order of a
 * file's rows, by which they are numbered.
 */
export function isOneOf(textSql: string, values: readonly string[]): string {
  return `(${values.map((value) => `${textSql} = ${literal(value)}`).join(' OR ')})`;
}
