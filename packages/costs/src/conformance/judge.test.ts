import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { judgeCsv, judgeFile, modelText, testFolder, verdictOf } from './mini-model.testing.ts';

const check = (name: string, column: string, more: object = {}) => ({
  CheckFunction: name,
  ColumnName: column,
  ...more,
});
const parts = (of: 'AND' | 'OR', ...ruleIds: readonly string[]) => ({
  CheckFunction: of,
  Items: ruleIds.map((ModelRuleId) => ({ CheckFunction: 'CheckModelRule', ModelRuleId })),
});
const isUsage = check('CheckValue', 'Kind', { Value: 'Usage' });
const filled = (column: string) => check('CheckNotValue', column, { Value: null });
const empty = (column: string) => check('CheckValue', column, { Value: null });

describe('the verdict on a rule', () => {
  it('counts only the rows of its condition, and does not apply where there are none', async (t) => {
    const rules = {
      some: { requirement: filled('A'), condition: isUsage },
      none: {
        requirement: filled('A'),
        condition: check('CheckValue', 'Kind', { Value: 'Credit' }),
      },
    };
    const report = await judgeCsv(t, ['A,Kind', ',Tax', ',Usage', 'x,Usage', ','], rules);
    const some = verdictOf(report, 'some');
    assert.equal(some.verdict, 'fail');
    assert.deepEqual([some.rowsChecked, some.rowsViolating, some.firstRow], [2, 1, 2]);
    const none = verdictOf(report, 'none');
    assert.equal(none.verdict === 'not_applicable' && none.reason, 'no_row_concerned');
  });

  it('inherits the condition of the composite that it is a part of', async (t) => {
    const rules = {
      whole: { requirement: parts('AND', 'part'), condition: isUsage },
      part: { requirement: filled('A') },
    };
    const good = await judgeCsv(t, ['A,Kind', ',Tax', 'x,Usage'], rules);
    assert.equal(verdictOf(good, 'whole').verdict, 'pass');
    const bad = await judgeCsv(t, ['A,Kind', ',Tax', ',Usage'], rules);
    assert.equal(verdictOf(bad, 'part').verdict, 'fail');
    assert.equal(verdictOf(bad, 'whole').verdict, 'fail');
  });

  it('is that advice cannot fail a demand, and permission cannot fail at all', async (t) => {
    const rules = {
      whole: { requirement: parts('AND', 'advice', 'permission') },
      advice: { keyword: 'SHOULD', requirement: filled('A') },
      permission: { keyword: 'MAY', requirement: empty('Kind') },
      strict: { requirement: parts('AND', 'demand', 'advice') },
      demand: { requirement: filled('A') },
    };
    const report = await judgeCsv(t, ['A,Kind', ',Tax'], rules);
    assert.equal(verdictOf(report, 'advice').verdict, 'fail');
    assert.equal(verdictOf(report, 'permission').verdict, 'pass');
    assert.equal(verdictOf(report, 'whole').verdict, 'pass');
    const strict = verdictOf(report, 'strict');
    assert.deepEqual(strict.verdict === 'fail' ? strict.failedParts : [], ['demand']);
  });

  it('is that each row may take its own alternative, and the ways not taken do not count', async (t) => {
    const rules = {
      whole: { requirement: parts('OR', 'one', 'other') },
      one: { requirement: empty('A') },
      other: { requirement: check('TypeDecimal', 'A') },
    };
    const good = await judgeCsv(t, ['A,Kind', ',x', '5,x'], rules);
    assert.equal(verdictOf(good, 'whole').verdict, 'pass');
    const one = verdictOf(good, 'one');
    assert.equal(one.verdict === 'not_applicable' && one.reason, 'alternative_met');
    const bad = await judgeCsv(t, ['A,Kind', ',x', 'word,x'], rules);
    assert.equal(verdictOf(bad, 'whole').verdict, 'fail');
    assert.equal(verdictOf(bad, 'one').verdict, 'fail');
  });

  it('is that an alternative with a condition of its own stands', async (t) => {
    const rules = {
      whole: { requirement: parts('OR', 'one', 'other') },
      one: { requirement: empty('A'), condition: empty('Kind') },
      other: { requirement: filled('A'), condition: filled('Kind') },
    };
    const report = await judgeCsv(t, ['A,Kind', ',Usage'], rules);
    assert.equal(verdictOf(report, 'other').verdict, 'fail');
  });

  it('does not apply where the column is absent, which only the rule on its presence fails', async (t) => {
    const rules = {
      whole: { requirement: parts('AND', 'type') },
      presence: { kind: 'Presence', requirement: check('ColumnPresent', 'Missing') },
      type: { requirement: check('TypeDecimal', 'Missing') },
    };
    const report = await judgeCsv(t, ['A,Kind', 'x,Tax'], rules);
    assert.equal(verdictOf(report, 'presence').verdict, 'fail');
    for (const ruleId of ['type', 'whole']) {
      const verdict = verdictOf(report, ruleId);
      assert.equal(verdict.verdict === 'not_applicable' && verdict.reason, 'column_absent');
      assert.deepEqual('detail' in verdict ? verdict.detail : [], ['Missing']);
    }
  });

  it('is skipped where what it depends on, or its condition, has no column', async (t) => {
    const rules = {
      presence: { kind: 'Presence', requirement: check('ColumnPresent', 'Missing') },
      depending: { requirement: filled('A'), dependencies: ['presence'] },
      conditioned: { requirement: filled('A'), condition: filled('Missing') },
      free: { requirement: filled('A') },
    };
    const report = await judgeCsv(t, ['A,Kind', 'x,Tax'], rules);
    for (const ruleId of ['depending', 'conditioned']) {
      const verdict = verdictOf(report, ruleId);
      assert.equal(verdict.verdict === 'skipped' && verdict.reason, 'dependency_unmet');
    }
    assert.equal(verdictOf(report, 'free').verdict, 'pass');
  });

  it('is not skipped because a rule that it depends on found bad rows', async (t) => {
    const rules = {
      kind: { requirement: check('TypeDecimal', 'Kind') },
      depending: { requirement: filled('A'), dependencies: ['kind'] },
    };
    const report = await judgeCsv(t, ['A,Kind', 'x,Tax'], rules);
    assert.equal(verdictOf(report, 'kind').verdict, 'fail');
    assert.equal(verdictOf(report, 'depending').verdict, 'pass');
  });

  it('waits for a criterion that the rows show or the caller tells, also of its composite', async (t) => {
    const rules = {
      whole: { criteria: ['TAGGING_SUPPORTED'], requirement: parts('AND', 'part') },
      part: { requirement: filled('A') },
    };
    const lines = ['A,Tags', ',', ',NULL'];
    const unmet = verdictOf(await judgeCsv(t, lines, rules), 'part');
    assert.equal(unmet.verdict === 'not_applicable' && unmet.reason, 'criterion_unmet');
    const told = await judgeCsv(t, lines, rules, new Map([['TAGGING_SUPPORTED', true]]));
    assert.equal(verdictOf(told, 'part').verdict, 'fail');
    const shown = await judgeCsv(t, [...lines, ',"{""a"":1}"'], rules);
    assert.equal(verdictOf(shown, 'part').verdict, 'fail');
  });

  it('is skipped where the model demands nothing that a program could check', async (t) => {
    const rules = { whole: { requirement: parts('AND', 'prose') }, prose: {} };
    const report = await judgeCsv(t, ['A,Kind', 'x,Tax'], rules);
    for (const ruleId of ['whole', 'prose']) {
      const verdict = verdictOf(report, ruleId);
      assert.equal(verdict.verdict === 'skipped' && verdict.reason, 'not_checkable');
    }
    assert.equal(report.score, null);
  });

  it('is skipped where the rule belongs to another dataset of the model', async (t) => {
    const folder = testFolder(t);
    const file = join(folder, 'bill.csv');
    writeFileSync(file, 'A,B\nx,y\n');
    const rules = {
      bill: { reference: 'A', requirement: filled('A') },
      contract: { reference: 'ContractId', requirement: check('ColumnPresent', 'ContractId') },
    };
    const text = modelText(rules, { Contracts: ['contract'], Bills: ['bill'] });
    const report = await judgeFile(folder, file, text);
    assert.equal(report.model.dataset, 'Bills');
    assert.equal(verdictOf(report, 'bill').verdict, 'pass');
    const other = verdictOf(report, 'contract');
    assert.equal(other.verdict === 'skipped' && other.reason, 'other_dataset');
  });
});

describe('the score', () => {
  it('is the share of MUST rules that passed, of those that passed or failed', async (t) => {
    const rules = {
      good: { requirement: filled('Kind') },
      bad: { keyword: 'MUST NOT', requirement: filled('A') },
      better: { requirement: check('TypeString', 'Kind') },
      advice: { keyword: 'SHOULD NOT', requirement: filled('A') },
      prose: {},
      absent: { requirement: filled('Missing') },
    };
    const { score, counts } = await judgeCsv(t, ['A,Kind', ',Tax'], rules);
    assert.equal(score, 2 / 3);
    assert.deepEqual(counts.must, { pass: 2, fail: 1, not_applicable: 1, skipped: 1 });
    assert.equal(counts.should.fail, 1);
  });
});
