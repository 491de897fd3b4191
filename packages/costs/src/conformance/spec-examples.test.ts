import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { judgeCsv, verdictOf } from './mini-model.testing.ts';

const SPEC = join(import.meta.dirname, '../../../../../shared/contracts/official/focus/spec-1.2');

/** Text of a page of the specification, or null after naming the test as skipped. */
function page(t: TestContext, name: string): string | null {
  const path = join(SPEC, name);
  if (existsSync(path)) return readFileSync(path, 'utf8');
  t.skip(`needs ../shared: ${name}`);
  return null;
}

/** Bullets below a line that begins with `heading`; what follows ` - ` is the specification's remark. */
function bulletsBelow(text: string, heading: string): readonly string[] {
  const [, after = ''] = text.split(heading);
  const lines = after.split('\n').slice(1);
  const end = lines.findIndex((line) => !line.startsWith('  *'));
  return lines.slice(0, end < 0 ? undefined : end).map(
    (line) =>
      line
        .replace(/^ +\* /, '')
        .split(' - ')[0]
        ?.trim() ?? '',
  );
}

/** First words of the cells of the table whose header begins so. */
function cellsOfTable(text: string, header: string): readonly string[] {
  const lines = text
    .slice(text.indexOf(`| ${header}`))
    .split('\n')
    .slice(2);
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(0, end < 0 ? undefined : end).flatMap((line) =>
    line
      .split('|')
      .map((cell) => cell.trim().split(' ')[0] ?? '')
      .filter((cell) => cell !== ''),
  );
}

async function rowsFailing(
  t: TestContext,
  checkFunction: string,
  cells: readonly string[],
): Promise<number> {
  const quoted = cells.map((cell) => `"${cell.replaceAll('"', '""')}"`);
  const rule = { requirement: { CheckFunction: checkFunction, ColumnName: 'A' } };
  const verdict = verdictOf(await judgeCsv(t, ['A', ...quoted], { 'A-1': rule }), 'A-1');
  return verdict.verdict === 'fail' ? (verdict.rowsViolating ?? 0) : 0;
}

describe("1.2 conformance verdicts agree with the requirement model's own examples", () => {
  it('of numbers: all that meet the format pass, all that do not fail', async (t) => {
    const text = page(t, 'attributes/numeric_format.md');
    if (text === null) return;
    const meeting = bulletsBelow(text, '* Values Meeting Numeric Requirements');
    const failing = bulletsBelow(text, '* Values NOT Meeting Numeric Requirements');
    assert.equal(meeting.length, 5);
    assert.ok(failing.length >= 8, String(failing.length));
    assert.equal(await rowsFailing(t, 'FormatNumeric', meeting), 0);
    for (const value of failing) {
      assert.equal(await rowsFailing(t, 'FormatNumeric', [value]), 1, value);
    }
  });

  it('of units: every listed unit passes, and every unit that the text refuses fails', async (t) => {
    const text = page(t, 'attributes/unit_format.md');
    if (text === null) return;
    const sizes = cellsOfTable(text, 'Data size in bits');
    const counts = cellsOfTable(text, 'Count  ');
    const times = cellsOfTable(text, 'Time  ').map((time) => `${time}s`);
    assert.deepEqual([sizes.length, counts.length, times.length], [26, 8, 6]);
    const listed = [...sizes, ...counts, ...times, 'TB', 'GB', 'Requests/Day'];
    assert.equal(await rowsFailing(t, 'FormatUnit', listed), 0);
    for (const refused of ['gigabyte-seconds', 'terabyte', 'GBs', 'YB']) {
      assert.ok(text.includes(`"${refused}"`), refused);
      assert.equal(await rowsFailing(t, 'FormatUnit', [refused]), 1, refused);
    }
  });

  it('of tags: the example of the Tags column is a valid object', async (t) => {
    const text = page(t, 'columns/tags.md');
    if (text === null) return;
    const [, json = ''] = /```json([^]*?)```/.exec(text) ?? [];
    assert.ok(Object.keys(JSON.parse(json) as object).length > 0);
    const oneLine = JSON.stringify(JSON.parse(json));
    assert.equal(await rowsFailing(t, 'FormatKeyValue', [oneLine]), 0);
    assert.equal(await rowsFailing(t, 'FormatKeyValue', [`[${oneLine}]`]), 1);
  });

  it('of currencies: the codes that the text names pass, in national and in any currency', async (t) => {
    const text = page(t, 'attributes/currency_format.md');
    if (text === null) return;
    const codes = [...new Set(text.match(/\b(USD|EUR)\b/g))];
    assert.deepEqual(codes.toSorted(), ['EUR', 'USD']);
    assert.equal(await rowsFailing(t, 'CheckNationalCurrency', codes), 0);
    assert.equal(await rowsFailing(t, 'FormatCurrency', [...codes, 'credits', 'tokens']), 0);
  });
});
