import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { modelText } from './mini-model.testing.ts';
import { parseFocusModel } from './parse-model.ts';

const check = { CheckFunction: 'CheckValue', ColumnName: 'A', Value: 'x' };
const rule = (ruleId: string) => ({ CheckFunction: 'CheckModelRule', ModelRuleId: ruleId });

/** What a model with one bad rule is refused with. */
function problemOf(written: Parameters<typeof modelText>[0]): string {
  try {
    parseFocusModel(modelText(written));
    return 'accepted';
  } catch (error) {
    assert.equal((error as { readonly code?: string }).code, 'MODEL_INVALID');
    return (error as Error).message;
  }
}

describe('a requirement model', () => {
  it('is read with its rules in order, conditions and composites', () => {
    const model = parseFocusModel(
      modelText({
        whole: { requirement: { CheckFunction: 'AND', Items: [rule('part')] } },
        part: { requirement: check, condition: check, keyword: 'RECOMMENDED' },
      }),
    );
    assert.deepEqual([...model.rules.keys()], ['whole', 'part']);
    assert.deepEqual(model.rules.get('whole')?.requirement, {
      type: 'rules',
      of: 'every',
      ruleIds: ['part'],
    });
    assert.equal(model.rules.get('part')?.condition?.type, 'check');
    assert.deepEqual(model.notes, []);
  });

  it('is read in the two odd spellings of the published one, and says so', () => {
    const model = parseFocusModel(
      modelText({
        one: { requirement: check, condition: { AND: [check] } },
        two: {
          requirement: check,
          condition: { CheckFunction: 'CheckNotValue', CheckCondition: 'A', Value: null },
        },
      }),
    );
    assert.equal(model.notes.length, 2);
    assert.match(model.notes[0] ?? '', /one\.Condition.*"AND"/);
    assert.match(model.notes[1] ?? '', /two\.Condition.*"CheckCondition"/);
  });

  for (const [name, written, expected] of [
    ['an unknown check function', { requirement: { CheckFunction: 'CheckMagic' } }, /CheckMagic/],
    ['an unknown criterion', { criteria: ['MAGIC_SUPPORTED'] }, /MAGIC_SUPPORTED/],
    ['an unknown keyword', { keyword: 'OUGHT' }, /OUGHT/],
    ['a missing column', { requirement: { CheckFunction: 'TypeString' } }, /ColumnName/],
    ['a value of no kind', { requirement: { ...check, Value: [] } }, /Value: must be/],
    ['a part that is no rule', { requirement: rule('nobody') }, /there is no rule "nobody"/],
    ['a dependency that is no rule', { dependencies: ['nobody'] }, /there is no rule "nobody"/],
    ['a composite of itself', { requirement: rule('bad') }, /composed of itself/],
    [
      'rules mixed with checks',
      { requirement: { CheckFunction: 'AND', Items: [check, rule('bad')] } },
      /mixes/,
    ],
    ['an empty combination', { requirement: { CheckFunction: 'OR', Items: [] } }, /empty/],
    ['a rule within a condition', { condition: rule('bad') }, /cannot stand within/],
  ] as const) {
    it(`is refused with ${name}, which the error names with its rule`, () => {
      assert.match(problemOf({ bad: written }), expected);
      assert.match(problemOf({ bad: written }), /bad/);
    });
  }

  it('is refused as a whole where it is no JSON, no object, or without rules', () => {
    for (const text of ['', '{', '[]', '{}']) {
      assert.throws(() => parseFocusModel(text), { code: 'MODEL_INVALID' });
    }
  });
});
