import { identifier, literal } from '../duck/sql.ts';
import { engineError, type Engine } from '../duck/engine.ts';
import type { FileFacts } from './probe.ts';

/** Where DuckDB reads a file: a link of our own naming, so that no file name is taken for a pattern. */
export interface SourceInput {
  readonly index: number;
  readonly probe: FileFacts;
  readonly linkPath: string;
}

/** The cells of a file as text, whatever its format. */
export interface Source {
  readonly header: readonly string[];
  /** A relation with the cells of the file as text, `c0`, `c1`, … The records that are no rows go to {@link rejectsTableOf}. */
  readonly sql: (mode: ReadMode) => string;
  /** Its first rows. */
  readonly sampleSql: string;
}

/** The lenient reader takes either kind of line end. */
export type ReadMode = 'strict' | 'lenient';

const SAMPLE_ROWS = 2_000;

/** How the cells of a file are read as text. */
export async function sourceOf(engine: Engine, input: SourceInput): Promise<Source> {
  const { probe, linkPath } = input;
  if (probe.format === 'parquet') return parquetSource(engine, linkPath, probe.name);
  const columns = probe.columns.map((_, cell) => `c${cell}: 'VARCHAR'`).join(', ');
  const read = (mode: ReadMode, rejectsTable: string) =>
    `read_csv(${literal(linkPath)}, auto_detect = false, header = true, columns = {${columns}},
    delim = ${literal(probe.delimiter)}, quote = '"', escape = '"', nullstr = '', strict_mode = ${mode === 'strict'},
    encoding = '${probe.encoding}', compression = '${probe.compressed ? 'gzip' : 'none'}',
    store_rejects = true, rejects_limit = 0, rejects_table = '${rejectsTable}', rejects_scan = '${rejectsTable}_scan')`;
  return {
    header: probe.columns,
    sql: (mode) => read(mode, rejectsTableOf(input.index, mode)),
    sampleSql: `(FROM ${read('strict', `sample_${input.index}`)} LIMIT ${SAMPLE_ROWS})`,
  };
}

/** Where DuckDB's reader puts the records of a CSV that are no rows. */
export function rejectsTableOf(index: number, mode: ReadMode): string {
  return `structural_${index}${mode === 'strict' ? '' : '_lenient'}`;
}

async function parquetSource(engine: Engine, path: string, name: string): Promise<Source> {
  try {
    const described = await engine.rows(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(${literal(path)}))`,
    );
    const cells = described.map(
      ([column, type], cell) => `${textSql(identifier(column ?? ''), type ?? '')} AS c${cell}`,
    );
    const sql = `SELECT ${cells.join(', ')} FROM read_parquet(${literal(path)})`;
    return {
      header: described.map(([column]) => column ?? ''),
      sql: () => `(${sql})`,
      sampleSql: `(${sql} LIMIT ${SAMPLE_ROWS})`,
    };
  } catch (cause) {
    throw engineError(cause, name);
  }
}

/** Parquet values as the text that a CSV export would hold; its timestamps are UTC by definition. */
function textSql(column: string, type: string): string {
  if (type === 'TIMESTAMP' || type.startsWith('TIMESTAMP_')) return `${column}::VARCHAR || 'Z'`;
  if (/^(MAP|STRUCT)|\[\]$/.test(type)) return `to_json(${column})::VARCHAR`;
  return `${column}::VARCHAR`;
}
