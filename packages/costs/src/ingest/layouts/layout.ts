import type { CanonicalColumn, CostColumn } from '../canonical.ts';

/** How a source column must be filled: a row whose `required` or `exact` value does not parse is rejected; a bad `optional` value is dropped and reported. */
export type Need = 'required' | 'exact' | 'optional';

/** What a source value must be. */
export type ValueKind = 'decimal' | 'instant' | 'tags' | 'category';

/** A source value that the mapping parses; the checks name every one that does not parse. */
export interface Check {
  readonly sourceColumn: string;
  readonly kind: ValueKind;
  readonly need: Need;
  /** SQL of the parsed value; NULL where the text does not parse. */
  readonly parsedSql: string;
}

/**
 * The columns of one file, as SQL. Names are looked up without regard to case. Each method gives the SQL of the
 * column's value, or of NULL where the file has no such column, and remembers what must parse.
 */
export interface SourceColumns {
  has(name: string): boolean;
  /** Header names whose lower-case form starts with the prefix. */
  startingWith(prefix: string): readonly string[];
  text(name: string): string;
  decimal(name: string, need: Need): string;
  instant(name: string, need: Need): string;
  /** A date written as month/day/year, or any instant. */
  usDate(name: string, need: Need): string;
  /** Tags as the text of a JSON object. */
  tags(name: string): string;
  /** `sql` computes a charge category from the column's text; NULL rejects the row. */
  category(name: string, sql: (text: string) => string): string;
}

/** Canonical column → SQL expression over the file's columns. */
export type Mapping = { readonly [column in CanonicalColumn]?: string };

/** A known way to lay out billing data in columns. */
export interface Layout {
  /** Stable id, e.g. `focus`. */
  readonly layoutId: string;
  /** For people, e.g. "FOCUS Cost and Usage". */
  readonly label: string;
  /** Columns without which a file is not this layout; each entry lists alternatives. */
  readonly requiredColumns: readonly (readonly [string, ...string[]])[];
  /** Name and version as found in these headers, e.g. `FOCUS 1.2`. */
  describe(columns: readonly string[]): string;
  map(source: SourceColumns): Mapping;
  /** Source columns that the mapping reads or that it knows and leaves out on purpose; any other is reported as extra. */
  knows(column: string): boolean;
  /** Cost columns that come unchanged from one source column: what totals are compared with. */
  directCosts(source: Pick<SourceColumns, 'has'>): { readonly [cost in CostColumn]?: string };
}
