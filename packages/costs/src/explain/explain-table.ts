import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import { InputError } from '@counterfoil/core';
import { localise, type Cube, type LocaliseOptions, type Reach } from '../localisation/index.ts';

/** A table to explain: any CSV (also gzipped) or Parquet file with dimensions, an actual and an expected column. */
export interface ExplainRequest extends LocaliseOptions {
  readonly file: string;
  readonly dimensions: readonly string[];
  readonly actual: string;
  readonly expected: string;
  /** Milliseconds of a clock that only goes forward; measures the time after the table is in memory. */
  readonly nowMs: () => number;
}

/** Why the actual figures differ from the expected ones, most of the change first. */
export interface Explanation {
  readonly causes: readonly {
    readonly where: Readonly<Record<string, string>>;
    readonly delta: number;
    readonly share: number;
    readonly score: number;
  }[];
  /** Milliseconds after the table was in memory. */
  readonly elapsedMs: number;
  /** Which dimensions were searched, and how many of them may be combined; all, but for wide or very large tables. */
  readonly reach: Reach;
}

/**
 * Loads a table and finds the smallest set of attribute combinations that explains its change.
 * Rows with the same values are added up; an empty dimension value is the value `''`; an empty
 * actual or expected figure counts as 0. Fails with `InputError` when the file cannot be read, a
 * column is missing, or a figure is no number.
 */
export async function explainTable(request: ExplainRequest): Promise<Explanation> {
  const cube = await loadCube(request);
  const startedMs = request.nowMs();
  const { causes, reach } = localise(cube, request);
  const elapsedMs = request.nowMs() - startedMs;
  return {
    causes: causes.map(({ where, delta, share, score }) => ({ where, delta, share, score })),
    elapsedMs,
    reach,
  };
}

async function loadCube(request: ExplainRequest): Promise<Cube> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    await openTable(connection, request.file);
    await checkColumns(connection, request);
    return await readCube(connection, request);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Columns of a CSV are read as text: a dimension value `007` must not become `7`. */
async function openTable(connection: DuckDBConnection, file: string): Promise<void> {
  const path = literal(file);
  const source = /\.(parquet|pq)$/i.test(file)
    ? `read_parquet(${path})`
    : `read_csv(${path}, header = true, all_varchar = true)`;
  try {
    await connection.run(`CREATE TEMP VIEW source AS SELECT * FROM ${source}`);
  } catch (cause) {
    throw new InputError('TABLE_UNREADABLE', `"${file}" cannot be read as a table`, {
      cause,
      remedy: 'give a CSV file with a header line (it may be gzipped) or a Parquet file',
    });
  }
}

async function checkColumns(connection: DuckDBConnection, request: ExplainRequest): Promise<void> {
  const described = await connection.runAndReadAll('DESCRIBE source');
  const existing = (described.getColumns()[0] ?? []).map(String);
  const wanted = [...request.dimensions, request.actual, request.expected];
  if (request.dimensions.length === 0) {
    throw new InputError('DIMENSIONS_MISSING', 'at least one dimension is needed', {
      remedy: `name some of the columns: ${existing.join(', ')}`,
    });
  }
  for (const column of wanted) {
    if (!existing.includes(column)) {
      throw new InputError('COLUMN_MISSING', `the table has no column "${column}"`, {
        details: { column },
        remedy: `its columns are: ${existing.join(', ')}`,
      });
    }
  }
  if (new Set(wanted).size < wanted.length) {
    throw new InputError('COLUMN_REPEATED', `a column is named twice in: ${wanted.join(', ')}`, {
      remedy: 'name each column once, as a dimension, the actual or the expected figure',
    });
  }
}

async function readCube(connection: DuckDBConnection, request: ExplainRequest): Promise<Cube> {
  const keys = request.dimensions.map((name) => `coalesce(${identifier(name)}::VARCHAR, '')`);
  const sums = [request.actual, request.expected].map((name) => `sum(${figure(name)})`);
  const sql = `SELECT ${[...keys, ...sums].join(', ')} FROM source GROUP BY ALL ORDER BY ALL`;
  const columns = await readColumns(connection, sql);
  const width = request.dimensions.length;
  const encoded = request.dimensions.map((_, d) => encode(columns[d] ?? []));
  return {
    dimensions: request.dimensions,
    values: encoded.map((one) => one.values),
    codes: encoded.map((one) => one.codes),
    actual: Float64Array.from(columns[width] ?? [], Number),
    expected: Float64Array.from(columns[width + 1] ?? [], Number),
  };
}

async function readColumns(
  connection: DuckDBConnection,
  sql: string,
): Promise<readonly (readonly DuckDBValue[])[]> {
  try {
    return (await connection.runAndReadAll(sql)).getColumns();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : '';
    throw new InputError('FIGURE_MALFORMED', `the table cannot be summed: ${reason}`, {
      cause,
      remedy:
        'actual and expected must hold plain numbers, every line as many fields as the header',
    });
  }
}

function encode(column: readonly DuckDBValue[]): { values: readonly string[]; codes: Int32Array } {
  const index = new Map<string, number>();
  const codes = Int32Array.from(column, (value) => {
    const text = String(value);
    const code = index.get(text) ?? index.size;
    index.set(text, code);
    return code;
  });
  return { values: [...index.keys()], codes };
}

/** A figure as DOUBLE; empty text and NULL count as 0. */
function figure(name: string): string {
  const column = identifier(name);
  return `coalesce(nullif(trim(${column}::VARCHAR), ''), '0')::DOUBLE`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
