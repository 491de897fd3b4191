import { isOneOf } from '../duck/sql.ts';
import { NARROW_PARSED, SQL_TYPES, type Decimals } from './canonical.ts';
import type { Check, SourceColumns, ValueKind } from './layouts/layout.ts';

/**
 * How cells are parsed while a whole file is loaded. The quick ways are right for the rows that fit them and find out every row that
 * does not; such rows are parsed again one by one, {@link CHECKED}.
 */
export interface Reading {
  readonly decimals: Decimals;
  /** `utc`: every time ends in Z. */
  readonly instants: 'utc' | 'any';
  /** Whether tags are checked cell by cell, or `later`, once for each text that occurs. */
  readonly tags: 'now' | 'later';
}

/** Takes every form that can be understood, and checks every cell. */
export const CHECKED: Reading = { decimals: 'wide', instants: 'any', tags: 'now' };

/** The quickest way. */
export const QUICK: Reading = { decimals: 'narrow', instants: 'utc', tags: 'later' };

/** A file's columns as SQL, with every check that the mapping asked for. */
export interface CheckedColumns extends SourceColumns {
  readonly reading: Reading;
  readonly checks: () => readonly Check[];
  /** SQL of the column exactly as it stands in the file. */
  raw(name: string): string;
  /** With `parseOnce`: the relation with every parsed value as a column beside its cells. Ask for it after the mapping. */
  parsedFrom(relationSql: string): string;
}

/** An instant must lie within these years; anything else is a mistake of the export (1970 stands for "none"). */
const INSTANT_RANGE = `BETWEEN TIMESTAMP '1990-01-01' AND TIMESTAMP '2199-12-31'`;

/**
 * SQL over the columns of one staged file. `cellSql` gives the SQL of the n-th raw cell, so that the same mapping can be
 * asked of the file (`c3`) and of a kept row (`x_raw[4]`). Header names never become SQL. Without `nullWords` no cell is the word NULL.
 */
export function sourceColumns(
  header: readonly string[],
  cellSql: (index: number) => string,
  options: { readonly nullWords: boolean; readonly parseOnce: boolean; readonly reading: Reading },
): CheckedColumns {
  const indexes = new Map<string, number>();
  header.forEach((name, index) => {
    if (!indexes.has(name.toLowerCase())) indexes.set(name.toLowerCase(), index);
  });
  const { reading } = options;
  const instantSql = reading.instants === 'utc' ? zuluSql : utcSql;
  const checks = new Map<string, Check>();
  const parsing = options.parseOnce ? parseBeside() : parseInPlace;
  const raw = (name: string) => {
    const index = indexes.get(name.toLowerCase());
    return index === undefined ? 'NULL::VARCHAR' : cellSql(index);
  };
  const text = (name: string) => {
    const cell = raw(name);
    return cell === 'NULL::VARCHAR' || !options.nullWords ? cell : nullTextToNull(cell);
  };
  const checked = (name: string, { kind, need }: Pick<Check, 'kind' | 'need'>, sql: string) => {
    const index = indexes.get(name.toLowerCase());
    if (index === undefined) return parseInPlace.value(sql, kind);
    const sourceColumn = header[index] ?? name;
    const parsedSql = parsing.value(sql, kind);
    checks.set(`${kind} ${sourceColumn}`, { sourceColumn, kind, need, parsedSql });
    return parsedSql;
  };
  return {
    reading,
    checks: () => [...checks.values()],
    raw,
    parsedFrom: parsing.from,
    has: (name) => indexes.has(name.toLowerCase()),
    startingWith: (prefix) =>
      header.filter((name) => name.toLowerCase().startsWith(prefix.toLowerCase())),
    text,
    decimal: (name, need) =>
      checked(name, { kind: 'decimal', need }, decimalIn(reading, text(name))),
    instant: (name, need) => checked(name, { kind: 'instant', need }, instantSql(text(name))),
    usDate: (name, need) =>
      checked(
        name,
        { kind: 'instant', need },
        reading.instants === 'utc' ? zuluSql(text(name)) : usDateSql(text(name)),
      ),
    tags: (name) =>
      reading.tags === 'later'
        ? bracedSql(text(name))
        : checked(name, { kind: 'tags', need: 'optional' }, tagsSql(text(name))),
    category: (name, sql) => checked(name, { kind: 'category', need: 'required' }, sql(text(name))),
  };
}

/** Where parsed values stand. An instant is NULL outside the years that are believed. */
interface Parsing {
  value(sql: string, kind: ValueKind): string;
  from(relationSql: string): string;
}

const parseInPlace: Parsing = {
  value: (sql, kind) => (kind === 'instant' ? withinRange(sql) : sql),
  from: (relationSql) => relationSql,
};

/** DuckDB parses again for each use of a value within a condition; a column beside the cells is parsed once. */
function parseBeside(): Parsing {
  const columns = new Map<string, { readonly name: string; readonly kind: ValueKind }>();
  return {
    value: (sql, kind) => {
      const name = columns.get(sql)?.name ?? `v${columns.size}`;
      columns.set(sql, { name, kind });
      return name;
    },
    from: (relationSql) => {
      const parsed = [...columns].map(([sql, { name }]) => `${sql} AS ${name}`);
      const bounded = [...columns.values()]
        .filter(({ kind }) => kind === 'instant')
        .map(({ name }) => `${withinRange(name)} AS ${name}`);
      const inner = `(SELECT ${['*', ...parsed].join(',\n')} FROM ${relationSql})`;
      return bounded.length === 0
        ? inner
        : `(SELECT * REPLACE (${bounded.join(', ')}) FROM ${inner})`;
    },
  };
}

function withinRange(instant: string): string {
  return `CASE WHEN ${instant} ${INSTANT_RANGE} THEN ${instant} END`;
}

function decimalIn({ decimals }: Reading, text: string): string {
  return decimals === 'narrow' ? `TRY_CAST(${text} AS ${NARROW_PARSED})` : decimalSql(text);
}

/**
 * The text as an exact decimal, NULL where it is none. DuckDB parses into 128 bits some ten times slower than into 64, so a text
 * that surely fits into six digits before the point and twelve behind goes the short way: an exponent could hide more of either.
 */
export function decimalSql(text: string): string {
  const short = `TRY_CAST(${text} AS DECIMAL(18, 12))::${SQL_TYPES.decimal}`;
  const point = `strpos(${text}, '.')`;
  const hasExponent = `strpos(lower(${text}), 'e') > 0`;
  return `CASE WHEN ${point} BETWEEN 1 AND 7 AND strlen(${text}) - ${point} <= 12 AND NOT ${hasExponent} THEN ${short}
    WHEN strlen(${text}) <= 6 AND NOT ${hasExponent} THEN ${short} ELSE TRY_CAST(${text} AS ${SQL_TYPES.decimal}) END`;
}

/** Exports that write the word NULL for a missing value mean nothing by it. */
function nullTextToNull(cell: string): string {
  return `CASE WHEN NOT ${isOneOf(cell, ['NULL', 'null'])} THEN ${cell} END`;
}

/**
 * Any ISO 8601 form; one without a zone is taken as UTC (FOCUS demands UTC) and reported. DuckDB's cast to TIMESTAMP drops an offset
 * without a word, so texts that have one take the way through TIMESTAMPTZ.
 */
function utcSql(text: string): string {
  return `CASE WHEN ends_with(${text}, 'Z') THEN TRY_CAST(${text} AS TIMESTAMP)
    WHEN NOT regexp_matches(${text}, '[+-][0-9][0-9](:?[0-9][0-9])?$') THEN TRY_CAST(${text} AS TIMESTAMP)
    ELSE TRY_CAST(${text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END`;
}

function usDateSql(text: string): string {
  return `coalesce(${utcSql(text)}, try_strptime(${text}, '%m/%d/%Y'))`;
}

function zuluSql(text: string): string {
  return `TRY_CAST(${text} AS TIMESTAMP)`;
}

/** The text of a JSON object of tags; Azure leaves out the braces. */
function bracedSql(text: string): string {
  return `CASE WHEN starts_with(ltrim(${text}), '"') THEN '{' || ${text} || '}' ELSE ${text} END`;
}

/** As {@link bracedSql}, NULL where it is no JSON object. */
function tagsSql(text: string): string {
  const json = bracedSql(text);
  return `CASE WHEN ${isTagsSql(json)} THEN ${json} END`;
}

/** Whether a text is a JSON object. */
export function isTagsSql(text: string): string {
  return `coalesce(json_type(TRY_CAST(${text} AS JSON)) = 'OBJECT', false)`;
}
