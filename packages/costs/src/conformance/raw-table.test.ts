import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openEngine } from '../duck/engine.ts';
import { literal } from '../duck/sql.ts';
import { judgeFile, modelText, testFolder, verdictOf } from './mini-model.testing.ts';

const check = (CheckFunction: string, ColumnName: string) => ({
  requirement: { CheckFunction, ColumnName },
});

describe('a Parquet file', () => {
  it('is judged by the types of its columns where it has them, and by its texts where not', async (t) => {
    const folder = testFolder(t);
    const file = join(folder, 'bill.parquet');
    const engine = await openEngine({ spillDirectory: folder, memoryLimitMb: 256 });
    t.after(() => engine.close());
    await engine.run(`COPY (SELECT 1e20::DOUBLE AS Cost, TIMESTAMP '2026-03-01' AS Start, DATE '2026-03-01' AS Day,
      123::BIGINT AS Account, 'x' AS Name, '1e+20' AS Text, MAP {'a': 'b'} AS Tags, [1] AS Items) TO ${literal(file)} (FORMAT parquet)`);
    const expected = {
      cost: [check('FormatNumeric', 'Cost'), 'pass'],
      text: [check('FormatNumeric', 'Text'), 'fail'],
      start: [check('FormatDateTime', 'Start'), 'pass'],
      day: [check('FormatDateTime', 'Day'), 'fail'],
      account: [check('TypeString', 'Account'), 'fail'],
      name: [check('TypeString', 'Name'), 'pass'],
      tags: [check('FormatKeyValue', 'Tags'), 'pass'],
      items: [check('FormatKeyValue', 'Items'), 'fail'],
    } as const;
    const rules = Object.entries(expected).map(([ruleId, [rule]]) => [ruleId, rule] as const);
    const report = await judgeFile(folder, file, modelText(Object.fromEntries(rules)));
    for (const [ruleId, [, verdict]] of Object.entries(expected)) {
      assert.equal(verdictOf(report, ruleId).verdict, verdict, ruleId);
    }
  });
});

describe('a CSV file', () => {
  const rules = { rule: check('TypeDecimal', 'A') };

  it('may be gzipped, and its work folder is as it was afterwards', async (t) => {
    const folder = testFolder(t);
    const file = join(folder, 'bill.csv.gz');
    writeFileSync(file, gzipSync('A;B\n1;x\nword;x\n'));
    const before = readFileSync(file);
    const report = await judgeFile(folder, file, modelText(rules));
    const verdict = verdictOf(report, 'rule');
    assert.equal(verdict.verdict === 'fail' ? verdict.firstRow : null, 2);
    assert.deepEqual(readFileSync(file), before);
    assert.deepEqual(readdirSync(folder), ['bill.csv.gz']);
  });

  it('has the records that could not be read counted beside the verdicts', async (t) => {
    const folder = testFolder(t);
    const file = join(folder, 'bill.csv');
    writeFileSync(file, 'A,B\n1,x\n2,y,z,too,many\n3,x\n');
    const report = await judgeFile(folder, file, modelText(rules));
    assert.deepEqual([report.rows, report.recordsUnreadable], [2, 1]);
    assert.equal(verdictOf(report, 'rule').verdict, 'pass');
  });

  it('that is not there or is empty is an error that names it', async (t) => {
    const folder = testFolder(t);
    writeFileSync(join(folder, 'empty.csv'), '');
    for (const name of ['none.csv', 'empty.csv']) {
      await assert.rejects(judgeFile(folder, join(folder, name), modelText(rules)), {
        message: new RegExp(name),
      });
    }
  });
});
