import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTaxonomy } from './parse-taxonomy.ts';
import { taxonomyOfKeys } from './taxonomy.ts';

describe('a taxonomy', () => {
  it('is empty where nobody wrote one, with the gate at 90 percent', () => {
    const { keys, gatePercent, gateOn, shared } = parseTaxonomy({});
    assert.deepEqual([keys, gatePercent, gateOn, shared], [[], 90, 'tagged', []]);
  });

  it('is refused with every field that is wrong named at once', () => {
    const wrong = {
      gatePercent: 101,
      kyes: {},
      keys: {
        CostCenter: { aliases: ['cc'], values: ['1'], valueAliases: { '2': ['two'] } },
        Team: { aliases: ['cc'], spelling: 'fuzzy', required: 'yes' },
      },
      accounts: { '1': { CostCenter: '3', Owner: 'x' } },
      shared: [
        { name: 'a', match: {}, split: 'even' },
        { name: 'a', match: { chargeCategories: ['Fee'] }, split: { fixed: { x: 60, y: 39.9 } } },
        { name: 'b', match: { untagged: true }, split: 'thirds' },
      ],
    };
    assert.throws(
      () => parseTaxonomy(wrong),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'TAXONOMY_MALFORMED');
        for (const part of [
          'taxonomy.kyes: unknown field',
          'gatePercent: must be a number from 0 to 100',
          'keys.CostCenter.valueAliases.2: is none of the allowed values',
          'keys.Team.spelling: must be one of exact, loose',
          'keys.Team.required: must be true or false',
          'keys.Team: "cc" is a spelling of CostCenter already',
          'accounts.1.CostCenter: "3" is none of the allowed values',
          'accounts.1.Owner: unknown field',
          'shared[0].match: takes every charge',
          'shared[1].name: "a" stands twice',
          'shared[1].match.chargeCategories: "Fee" is none of',
          'shared[1].split.fixed: the percentages must add up to 100 exactly',
          'shared[2].split: must be',
        ]) {
          assert.ok(error.message.includes(part), `${part}\nin\n${error.message}`);
        }
        return true;
      },
    );
  });

  it('takes percentages that add up to 100 to the last digit, and refuses those that miss it', () => {
    const rule = (fixed: object) => ({
      shared: [{ name: 'a', match: { untagged: true }, split: { fixed } }],
    });
    assert.equal(parseTaxonomy(rule({ x: '33.333333333', y: '66.666666667' })).shared.length, 1);
    assert.throws(() => parseTaxonomy(rule({ x: '33.333333333', y: '66.666666666' })), {
      code: 'TAXONOMY_MALFORMED',
    });
  });

  it('can be asked for other keys, of which it keeps what it knows', () => {
    const base = parseTaxonomy({ keys: { Team: { aliases: ['team'] }, Env: {} } });
    const asked = taxonomyOfKeys(['Team', 'App'], base);
    assert.deepEqual(
      asked.keys.map(({ key, required, aliases }) => [key, required, aliases]),
      [
        ['Team', true, ['team']],
        ['App', true, []],
        ['Env', false, []],
      ],
    );
  });
});
