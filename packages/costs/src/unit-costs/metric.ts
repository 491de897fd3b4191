import { InputError } from '@counterfoil/core';
import { isDate } from '../allocation/parsing.ts';
import { parseCsv } from './csv.ts';

/** One figure of a metric file: what happened on a day (or in the month that begins on it), counted in the metric's own unit. */
export interface MetricRow {
  readonly date: string;
  readonly metric: string;
  /** Plain decimal, not negative. */
  readonly value: string;
  /** Further columns by their names, such as `tag:product` or `owner`. */
  readonly dimensions: Readonly<Record<string, string>>;
}

const ROWS_MAX = 20_000;
const PROBLEMS_SHOWN_MAX = 10;
const VALUE = /^\d{1,20}(\.\d{1,18})?$/;
const REMEDY =
  'write a CSV with the columns date, metric, value and any dimensions, such as 2026-03-01,orders,1200';

/**
 * Reads the text of a metric file: CSV with a header of `date`, `metric`, `value` and, after them or between, columns of dimensions.
 * Fails with one `InputError` that names every line that is wrong, and where a day of a metric stands twice.
 */
export function parseMetrics(text: string): readonly MetricRow[] {
  const [header = [], ...records] = parseCsv(text.replace(/^\uFEFF/, ''));
  const names = header.map((name) => name.trim());
  const missing = ['date', 'metric', 'value'].filter((name) => !names.includes(name));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (missing.length > 0 || twice !== undefined) {
    throw malformed([
      missing.length > 0
        ? `line 1: the header lacks ${missing.join(', ')}`
        : `line 1: the column ${twice} stands twice`,
    ]);
  }
  if (records.length > ROWS_MAX) throw malformed([`more than ${ROWS_MAX} lines`]);
  const problems: string[] = [];
  const seen = new Map<string, number>();
  const rows = records.map((cells, at): MetricRow => {
    const line = at + 2;
    const cell = (name: string) => (cells[names.indexOf(name)] ?? '').trim();
    const row = {
      date: cell('date'),
      metric: cell('metric'),
      value: cell('value'),
      dimensions: Object.fromEntries(
        names
          .filter((name) => !['date', 'metric', 'value'].includes(name))
          .map((name) => [name, cell(name)]),
      ),
    };
    const problem =
      cells.length === names.length
        ? problemOf(row)
        : `${cells.length} cells under ${names.length} columns`;
    if (problem !== null) problems.push(`line ${line}: ${problem}`);
    const key = JSON.stringify([row.date, row.metric, row.dimensions]);
    const earlier = seen.get(key);
    if (earlier !== undefined)
      problems.push(`line ${line}: the same as line ${earlier}, with another value`);
    seen.set(key, line);
    return row;
  });
  if (problems.length > 0) throw malformed(problems);
  return rows;
}

/** Reads the rows of a request from outside as {@link parseMetrics} gave them. */
export function readMetricRows(input: unknown): readonly MetricRow[] {
  const list: readonly unknown[] = Array.isArray(input) ? input : [null];
  const rows = list.map((item) => item as Partial<MetricRow> | null);
  const bad = rows.findIndex((row) => row === null || !isRow(row));
  if (rows.length <= ROWS_MAX && bad < 0) return rows as readonly MetricRow[];
  throw malformed([`metrics must be a list of at most ${ROWS_MAX} rows; row ${bad + 1} is none`]);
}

function isRow({ date, metric, value, dimensions }: Partial<MetricRow>): boolean {
  if (typeof date !== 'string' || typeof metric !== 'string' || typeof value !== 'string')
    return false;
  if (typeof dimensions !== 'object' || dimensions === null || Array.isArray(dimensions))
    return false;
  if (!Object.values(dimensions).every((text) => typeof text === 'string')) return false;
  return problemOf({ date, metric, value }) === null;
}

function problemOf({ date, metric, value }: Omit<MetricRow, 'dimensions'>): string | null {
  const dated: boolean = isDate(date);
  if (!dated) return `"${date.slice(0, 40)}" is no date such as 2026-03-01`;
  if (metric === '') return 'the metric has no name';
  if (VALUE.test(value)) return null;
  return `"${value.slice(0, 40)}" is no plain number: digits with at most one point, not negative`;
}

function malformed(problems: readonly string[]): InputError {
  const shown = problems.slice(0, PROBLEMS_SHOWN_MAX);
  const more = problems.length - shown.length;
  return new InputError(
    'METRICS_MALFORMED',
    [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
    { remedy: REMEDY },
  );
}
