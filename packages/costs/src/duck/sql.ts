/** A name quoted as a SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text quoted as a SQL literal. Only for texts of this program's own making; what a caller says is bound as a parameter. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A list of text literals in parentheses, for `IN`. */
export function literals(texts: readonly string[]): string {
  return `(${texts.map(literal).join(', ')})`;
}
