import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { InputError } from '@counterfoil/core';
import { explainTable, type ExplainRequest } from './explain-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'explain-'));
after(() => rmSync(folder, { recursive: true }));

/** A dense table of 12 teams × 10 zones × 8 kinds in which team 007 in zone z3 doubled. */
function tableText(): string {
  const lines = ['team,"zone, name",kind,real,forecast'];
  for (let team = 1; team <= 12; team++) {
    for (let zone = 0; zone < 10; zone++) {
      for (let kind = 0; kind < 8; kind++) {
        const forecast = 50 + ((team * 31 + zone * 17 + kind * 7) % 40);
        const noise = 1 + 0.02 * Math.sin(team * 12.9 + zone * 78.2 + kind * 37.7);
        const factor = team === 7 && zone === 3 ? 2 : 1;
        const real = (forecast * factor * noise).toFixed(4);
        lines.push(`00${team},z${zone},k${kind},${real},${forecast}`);
      }
    }
  }
  return lines.join('\n') + '\n';
}

function request(file: string, other: Partial<ExplainRequest> = {}): ExplainRequest {
  let nowMs = 0;
  return {
    file,
    dimensions: ['team', 'zone, name', 'kind'],
    actual: 'real',
    expected: 'forecast',
    nowMs: () => (nowMs += 5),
    ...other,
  };
}

test('explains a CSV file, plain and gzipped, and a Parquet file alike', async () => {
  const csv = join(folder, "it's.csv");
  const gz = join(folder, 'table.csv.gz');
  const parquet = join(folder, 'table.parquet');
  writeFileSync(csv, tableText());
  writeFileSync(gz, gzipSync(tableText()));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `COPY (SELECT * REPLACE (real::DECIMAL(18, 4) AS real) FROM read_csv('${gz}', all_varchar = true)) TO '${parquet}'`,
  );
  connection.closeSync();
  for (const file of [csv, gz, parquet]) {
    const { causes, elapsedMs } = await explainTable(request(file));
    assert.equal(causes.length, 1, file);
    assert.deepEqual(causes[0]?.where, { team: '007', 'zone, name': 'z3' });
    assert.ok(Math.abs((causes[0]?.share ?? 0) - 1) < 0.1);
    assert.equal(elapsedMs, 5);
  }
});

test('adds up rows of the same values and reads an empty figure as zero', async () => {
  const file = join(folder, 'twice.csv');
  const [header = '', ...lines] = tableText().trim().split('\n');
  const split = lines.flatMap((line) => [line, line.replace(/,[^,]*,[^,]*$/, ',,')]);
  writeFileSync(file, [header, ...split].join('\n'));
  const { causes } = await explainTable(request(file));
  assert.deepEqual(causes[0]?.where, { team: '007', 'zone, name': 'z3' });
});

async function failure(run: Promise<unknown>): Promise<InputError> {
  const error = await run.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof InputError);
  return error;
}

test('names a missing column and the columns that exist', async () => {
  const file = join(folder, 'columns.csv');
  writeFileSync(file, tableText());
  const error = await failure(explainTable(request(file, { expected: 'expected' })));
  assert.equal(error.code, 'COLUMN_MISSING');
  assert.match(error.message, /"expected"/);
  assert.match(error.remedy ?? '', /team, zone, name, kind, real, forecast/);
});

test('refuses no dimensions, a column named twice, a file that is no table and a figure that is no number', async () => {
  const file = join(folder, 'bad.csv');
  writeFileSync(file, tableText().replace(/,(\d+)\n/, ',many\n'));
  assert.equal((await failure(explainTable(request(file)))).code, 'FIGURE_MALFORMED');
  const none = request(file, { dimensions: [] });
  assert.equal((await failure(explainTable(none))).code, 'DIMENSIONS_MISSING');
  const twice = request(file, { expected: 'real' });
  assert.equal((await failure(explainTable(twice))).code, 'COLUMN_REPEATED');
  const absent = request(join(folder, 'absent.csv'));
  assert.equal((await failure(explainTable(absent))).code, 'TABLE_UNREADABLE');
  const parquet = join(folder, 'fake.parquet');
  writeFileSync(parquet, 'not a parquet file');
  assert.equal((await failure(explainTable(request(parquet)))).code, 'TABLE_UNREADABLE');
});

/** What a table of two dimensions, a few rows in CSV, is explained by. */
async function causesOf(rows: readonly string[]) {
  const file = join(folder, `few-${rows.length}-${rows[0]}.csv`.replaceAll(/[^a-z0-9.-]/g, '_'));
  writeFileSync(file, ['region,service,real,predict', ...rows].join('\n'));
  const columns = { dimensions: ['region', 'service'], actual: 'real', expected: 'predict' };
  return (await explainTable({ ...request(file), ...columns })).causes;
}

test('a table of zeros, of no rows, and one in which nothing changed have no cause', async () => {
  assert.deepEqual(await causesOf(['a,x,0,0', 'a,y,0,0', 'b,x,,']), []);
  assert.deepEqual(await causesOf([]), []);
  assert.deepEqual(await causesOf(['a,x,5,5', 'a,y,-3,-3', 'b,x,7,7']), []);
});

test('credits and refunds, figures below zero, are explained by their change', async () => {
  const quiet = Array.from({ length: 40 }, (_, i) => `r${i % 8},s${i % 5},${-20 - i},${-20 - i}`);
  const causes = await causesOf([...quiet, 'r9,s9,-900,-100']);
  assert.deepEqual(
    causes.map(({ where, delta }) => [Object.values(where).length > 0, delta]),
    [[true, -800]],
  );
});

test('a missing dimension value is the empty value, like an empty one', async () => {
  const quiet = Array.from({ length: 40 }, (_, i) => `r${i % 8},s${i % 5},${20 + i},${20 + i}`);
  const causes = await causesOf([...quiet, ',s1,900,100']);
  assert.deepEqual(causes[0]?.where, { region: '' });
  assert.equal(causes[0]?.share, 1);
});

test('a total that does not change can hide two changes, whose shares are of nothing and so zero', async () => {
  const quiet = Array.from({ length: 40 }, (_, i) => `r${i % 8},s${i % 5},${20 + i},${20 + i}`);
  const causes = await causesOf([...quiet, 'r8,s6,900,100', 'r9,s7,100,900']);
  assert.deepEqual(
    causes.map(({ delta, share }) => [delta, share]).toSorted(([a = 0], [b = 0]) => a - b),
    [
      [-800, 0],
      [800, 0],
    ],
  );
});
