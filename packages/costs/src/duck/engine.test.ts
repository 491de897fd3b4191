import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { openEngine } from './engine.ts';

async function open(t: TestContext) {
  const spillDirectory = mkdtempSync(join(tmpdir(), 'engine-'));
  t.after(() => rmSync(spillDirectory, { recursive: true, force: true }));
  const engine = await openEngine({ spillDirectory, memoryLimitMb: 200 });
  return { engine, spillDirectory };
}

const ENDLESS =
  'SELECT count(*) FROM range(1000000000) a, range(1000000) b WHERE a.range * b.range = -1';

describe('the engine', () => {
  it('stops a query at its time, and answers the next one', async (t) => {
    const { engine } = await open(t);
    await assert.rejects(engine.select(ENDLESS, [], 100), {
      class: 'limit',
      code: 'QUERY_TIMEOUT',
    });
    assert.deepEqual(await engine.select('SELECT 1', [], 1_000), [['1']]);
    engine.close();
  });

  it('gives decimals exactly, as text', async (t) => {
    const { engine } = await open(t);
    const [row] = await engine.rows(
      `SELECT sum(v), ?::VARCHAR FROM (VALUES (0.1::DECIMAL(38,18)), (0.2)) AS t(v)`,
      ["x'; --"],
    );
    assert.deepEqual(row, ['0.300000000000000000', "x'; --"]);
    engine.close();
  });

  it('lets nothing be read, set or loaded once it is locked', async (t) => {
    const { engine, spillDirectory } = await open(t);
    await engine.lock([join(spillDirectory, 'only.parquet')]);
    for (const sql of [
      `SET enable_external_access = true`,
      `SET memory_limit = '10GB'`,
      `SELECT * FROM read_csv('/etc/passwd')`,
      `COPY (SELECT 1) TO '${join(spillDirectory, 'other.csv')}'`,
      `ATTACH '${join(spillDirectory, 'other.db')}'`,
      `INSTALL httpfs`,
    ]) {
      await assert.rejects(engine.run(sql), Error, sql);
    }
    engine.close();
  });

  it('runs statements of several callers one after another', async (t) => {
    const { engine } = await open(t);
    const numbers = Array.from({ length: 20 }, (_, at) => at);
    const answers = await Promise.all(
      numbers.map((at) => engine.select('SELECT ?::INTEGER', [at], 5_000)),
    );
    assert.deepEqual(
      answers.map((rows) => Number(rows[0]?.[0])),
      numbers,
    );
    engine.close();
  });

  it('has a spill folder of its own, and takes it away', async (t) => {
    const { engine, spillDirectory } = await open(t);
    const other = await openEngine({ spillDirectory, memoryLimitMb: 200 });
    assert.equal(readdirSync(spillDirectory).length, 2);
    engine.close();
    other.close();
    assert.deepEqual(readdirSync(spillDirectory), []);
  });
});
