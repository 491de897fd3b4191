import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Cube } from '@counterfoil/costs';

interface Meta {
  readonly format?: string;
  readonly dims: readonly { readonly name: string; readonly values?: readonly string[] }[];
}

/** One instance of a root-cause family: its name and its table in columns. */
export interface Instance {
  readonly id: string;
  readonly cube: Cube;
}

/** Reads every instance of a family folder; the implied families are expanded (last dimension fastest). */
export function readInstances(folder: string): readonly Instance[] {
  const meta = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as Meta;
  return readdirSync(folder)
    .filter((name) => name.endsWith('.csv.gz'))
    .sort()
    .map((name) => {
      const text = gunzipSync(readFileSync(join(folder, name))).toString('utf8');
      const rows = text
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(','));
      const cube = meta.format === 'sparse' ? sparseCube(meta, rows) : impliedCube(meta, rows);
      return { id: name.slice(0, -'.csv.gz'.length), cube };
    });
}

function sparseCube(meta: Meta, rows: readonly string[][]): Cube {
  const dimensions = meta.dims.map((dim) => dim.name);
  const indexOf = dimensions.map(() => new Map<string, number>());
  const codes = dimensions.map((_, d) => {
    const index = indexOf[d] as Map<string, number>;
    return Int32Array.from(rows, (row) => {
      const value = row[d] as string;
      const code = index.get(value) ?? index.size;
      index.set(value, code);
      return code;
    });
  });
  const figures = (column: number): Float64Array =>
    Float64Array.from(rows, (row) => Number(row[dimensions.length + column]));
  const values = indexOf.map((index) => [...index.keys()]);
  return { dimensions, values, codes, actual: figures(0), expected: figures(1) };
}

function impliedCube(meta: Meta, rows: readonly string[][]): Cube {
  const dimensions = meta.dims.map((dim) => dim.name);
  const values = meta.dims.map((dim) => dim.values ?? []);
  let step = rows.length;
  const codes = values.map((list) => {
    step /= list.length;
    const run = step;
    return Int32Array.from(rows, (_, i) => Math.floor(i / run) % list.length);
  });
  const actual = Float64Array.from(rows, (row) => Number(row[0]));
  const expected = Float64Array.from(rows, (row) => Number(row[1] === '' ? row[0] : row[1]));
  return { dimensions, values, codes, actual, expected };
}
