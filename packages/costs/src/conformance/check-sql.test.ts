import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeCsv, verdictOf } from './mini-model.testing.ts';

/** A check, a cell that meets it and cells that do not; a pair of cells where two columns are read. */
interface Example {
  readonly requirement: Readonly<Record<string, unknown>>;
  readonly meets: readonly string[];
  readonly violates: readonly string[];
}

const onA = (name: string, more: object = {}) => ({
  CheckFunction: name,
  ColumnName: 'A',
  ...more,
});
const onBoth = (name: string) => ({ CheckFunction: name, ColumnAName: 'A', ColumnBName: 'B' });
const NUMBERS = ['-100.2', '-3', '4', '35.2E-7', '1.234', '0', '.5'];
const NO_NUMBERS = ['1 1/2', '35.24 x 10^7', '[4:5]', 'sqrt(2)', '32 GiB', '$32', 'nan', '1_000'];

/** Cells stand in column A, or `a|b` in A and B. The numbers are the examples of FOCUS's own text on numeric format. */
const EXAMPLES: readonly Example[] = [
  {
    requirement: onA('CheckValue', { Value: 'Usage' }),
    meets: ['Usage', ''],
    violates: ['usage', 'Tax', 'Usage '],
  },
  { requirement: onA('CheckValue', { Value: null }), meets: ['', 'NULL'], violates: ['x', '0'] },
  {
    requirement: onA('CheckValue', { Value: 0 }),
    meets: ['0', '0.00', '-0'],
    violates: ['1', 'x'],
  },
  {
    requirement: onA('CheckNotValue', { Value: 'Tax' }),
    meets: ['Usage', ''],
    violates: ['Tax'],
  },
  { requirement: onA('CheckNotValue', { Value: null }), meets: ['x'], violates: ['', 'null'] },
  { requirement: onA('CheckNotValue', { Value: 0 }), meets: ['1', 'x', ''], violates: ['0.0'] },
  {
    requirement: onA('CheckGreaterOrEqualThanValue', { Value: 0 }),
    meets: ['0', '1e3', ''],
    violates: ['-0.01', 'x', 'nan'],
  },
  { requirement: onA('CheckDecimalValue'), meets: [...NUMBERS, ''], violates: NO_NUMBERS },
  { requirement: onA('TypeDecimal'), meets: [...NUMBERS, '+333'], violates: NO_NUMBERS },
  {
    requirement: onA('FormatNumeric'),
    meets: NUMBERS,
    violates: [...NO_NUMBERS, '35.2E+7', '+333', '"3,432,342"'],
  },
  { requirement: onA('TypeString'), meets: ['x', '7', ''], violates: [] },
  {
    requirement: onA('TypeDateTime'),
    meets: ['2026-03-01T00:00:00Z', '2026-03-01 00:00:00', ''],
    violates: ['yesterday', '2026-13-01T00:00:00Z'],
  },
  {
    requirement: onA('FormatDateTime'),
    meets: ['2026-03-01T00:00:00Z', ''],
    violates: ['2026-03-01 00:00:00', '2026-03-01T00:00:00', '2026-02-30T00:00:00Z', '2026-03-01'],
  },
  {
    requirement: onA('FormatString'),
    meets: ['Überraschung  x', ''],
    violates: ['"  "', '\u0007bell', 'broken \uFFFD'],
  },
  {
    requirement: onA('FormatUnit'),
    meets: ['GB', 'Seconds', 'GB-Hours', 'GB/Hour', '1000 Tokens', 'Units/3 Months', 'Requests'],
    violates: [
      'gigabyte-seconds',
      'GBs',
      'TERABYTE',
      'GB-Mo',
      'hours',
      'HOURS',
      'YB',
      'GB per Hour',
    ],
  },
  {
    requirement: onA('CheckNationalCurrency'),
    meets: ['USD', 'EUR', ''],
    violates: ['usd', 'BTC'],
  },
  {
    requirement: onA('FormatCurrency'),
    meets: ['USD', 'Credits', 'tokens'],
    violates: ['usd', 'ABC', '"  "'],
  },
  {
    requirement: onA('FormatKeyValue'),
    meets: ['"{""a"":1,""b"":""x"",""c"":null,""d"":true}"', '{}', ''],
    violates: ['team=x', '[1]', '"{""a"":{}}"', '"{""a"":[1]}"', '"{""a"":1,""a"":2}"', '"text"'],
  },
  { requirement: onBoth('CheckSameValue'), meets: ['x|x', 'x|', '|'], violates: ['x|y', 'x|X'] },
  { requirement: onBoth('CheckNotSameValue'), meets: ['x|y', 'x|'], violates: ['x|x'] },
  {
    requirement: {
      CheckFunction: 'ColumnByColumnEqualsColumnValue',
      ColumnAName: 'A',
      ColumnBName: 'B',
      ResultColumnName: 'C',
    },
    meets: ['0.1|3|0.3', '0.000015|20|0.0003', '|3|1', '2|2|4.000000001'],
    violates: ['2|2|5', '0.05|0.00000003|0.000015'],
  },
  {
    requirement: { CheckFunction: 'AND', Items: [onA('TypeDecimal'), onA('FormatUnit')] },
    meets: [''],
    violates: ['5', 'GB'],
  },
  {
    requirement: { CheckFunction: 'OR', Items: [onA('TypeDecimal'), onA('FormatUnit')] },
    meets: ['5', 'GB', ''],
    violates: ['gb x'],
  },
];

const row = (cells: string) => {
  const [a = '', b = '', c = ''] = cells.split('|');
  return `${a},${b},${c},end`;
};

describe('each check function of a requirement model', () => {
  for (const { requirement, meets, violates } of EXAMPLES) {
    const name = `${String(requirement['CheckFunction'])} ${JSON.stringify(requirement['Value'] ?? '')}`;
    it(`${name} passes what meets it and counts what does not`, async (t) => {
      const lines = ['A,B,C,D', ...meets.map(row), ...violates.map(row)];
      const verdict = verdictOf(await judgeCsv(t, lines, { rule: { requirement } }), 'rule');
      if (violates.length === 0) {
        assert.equal(verdict.verdict, 'pass');
        return;
      }
      assert.equal(verdict.verdict, 'fail');
      assert.equal(verdict.rowsChecked, meets.length + violates.length);
      assert.equal(verdict.rowsViolating, violates.length);
      assert.equal(verdict.firstRow, meets.length + 1);
    });

    it(`${name} passes a file of nothing but what meets it`, async (t) => {
      const lines = ['A,B,C,D', ...meets.map(row)];
      const report = await judgeCsv(t, lines, { rule: { requirement } });
      assert.equal(verdictOf(report, 'rule').verdict, 'pass');
    });
  }

  it('ColumnPresent is about the header, letter by letter, whether there are rows or not', async (t) => {
    const rules = {
      there: { requirement: onA('ColumnPresent') },
      lower: { requirement: { CheckFunction: 'ColumnPresent', ColumnName: 'a' } },
    };
    const report = await judgeCsv(t, ['A,B'], rules);
    assert.equal(verdictOf(report, 'there').verdict, 'pass');
    assert.equal(verdictOf(report, 'lower').verdict, 'fail');
  });

  it('CheckDistinctCount counts the rows of every group that has more or fewer values', async (t) => {
    const requirement = { ...onBoth('CheckDistinctCount'), ExpectedCount: 1 };
    const lines = ['A,B', 'one,x', 'two,x', 'one,x', 'two,y', 'none,', ',x', ',y'];
    const verdict = verdictOf(await judgeCsv(t, lines, { rule: { requirement } }), 'rule');
    assert.equal(verdict.verdict, 'fail');
    assert.deepEqual([verdict.rowsViolating, verdict.firstRow, verdict.firstValue], [3, 2, 'two']);
  });

  it('CheckDistinctCount counts only rows that the rule is about', async (t) => {
    const requirement = { ...onBoth('CheckDistinctCount'), ExpectedCount: 1 };
    const condition = { CheckFunction: 'CheckValue', ColumnName: 'C', Value: 'yes' };
    const lines = ['A,B,C', 'one,x,yes', 'one,y,no'];
    const report = await judgeCsv(t, lines, { rule: { requirement, condition } });
    assert.equal(verdictOf(report, 'rule').verdict, 'pass');
  });

  it('CheckModelRule takes the verdict of the rule that it names', async (t) => {
    const rules = {
      whole: { requirement: { CheckFunction: 'CheckModelRule', ModelRuleId: 'part' } },
      part: { requirement: onA('TypeDecimal') },
    };
    const good = await judgeCsv(t, ['A,B', '1,x'], rules);
    assert.equal(verdictOf(good, 'whole').verdict, 'pass');
    const bad = verdictOf(await judgeCsv(t, ['A,B', 'x,x'], rules), 'whole');
    assert.deepEqual(bad.verdict === 'fail' ? bad.failedParts : [], ['part']);
  });

  it('shows the first offending value, cut to 80 characters', async (t) => {
    const lines = ['A,B', '1,x', `${'é'.repeat(100)},x`];
    const report = await judgeCsv(t, lines, { rule: { requirement: onA('TypeDecimal') } });
    const verdict = verdictOf(report, 'rule');
    assert.equal(verdict.verdict === 'fail' ? verdict.firstValue : '', 'é'.repeat(80));
  });

  it('takes a value of the model as a value, not as SQL', async (t) => {
    const requirement = onA('CheckValue', { Value: "x' OR true --" });
    const report = await judgeCsv(t, ['A,B', 'y,x'], { rule: { requirement } });
    assert.equal(verdictOf(report, 'rule').verdict, 'fail');
  });
});
