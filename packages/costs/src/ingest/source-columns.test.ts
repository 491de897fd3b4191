import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import fc from 'fast-check';
import { openEngine } from '../duck/engine.ts';
import { literal } from '../duck/sql.ts';
import { decimalSql } from './source-columns.ts';

const EDGES = [
  ['', '-', '.', '+1.5', ' 1.5 ', '1.5.5', '1,5', 'NaN', '1e', 'e1', '1_000.5', '.5', '5.', '-.5'],
  ['999999.999999999999', '-999999.999999999999', '1000000.0', '9999999.5', '-100000.123456789012'],
  ['0.1234567890123', '0.123456789012', '0.000000000000000001', '0.0000000000000000005'],
  ['1e-13', '1.5E-12', '1e5', '999999', '1000000', '-99999', '12345678901234567890.5', 'é.5'],
].flat();

const decimal = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    fc.stringMatching(/^[0-9]{0,9}$/),
    fc.constantFrom('', '.'),
    fc.stringMatching(/^[0-9]{0,16}$/),
    fc.constantFrom('', '', '', 'e-3', 'E2', 'x', ' '),
  )
  .map((parts) => parts.join(''));

it('parses a decimal the short way exactly as the long way does, to the last digit', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'decimals-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const engine = await openEngine({ spillDirectory: directory, memoryLimitMb: 200 });
  t.after(() => engine.close());
  const texts = [...EDGES, ...fc.sample(decimal, { numRuns: 3_000, seed: 5 })];
  const [counts, ...differing] = await engine.rows(`WITH given AS (
      SELECT text, ${decimalSql('text')} AS short, TRY_CAST(text AS DECIMAL(38, 18)) AS long
      FROM (VALUES ${texts.map((text) => `(${literal(text)})`).join(', ')}) AS texts (text))
    SELECT 'parsed', count(short)::VARCHAR, count(*)::VARCHAR FROM given
    UNION ALL SELECT text, short::VARCHAR, long::VARCHAR FROM given WHERE short IS DISTINCT FROM long`);
  assert.deepEqual(differing, []);
  assert.ok(Number(counts?.[1]) > 1_000 && Number(counts?.[1]) < Number(counts?.[2]));
});
