import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createTestLake, focusCsv, type TestRow } from '../lake.testing.ts';
import { editDistance, normalForm, sameReason } from './normal-form.ts';
import { parseTaxonomy } from './parse-taxonomy.ts';
import { suggestTaxonomy, taxonomyLines } from './suggest-taxonomy.ts';
import { TAXONOMY_DEFAULT } from './taxonomy.ts';

describe('two spellings of a tag', () => {
  for (const [left, right, reason] of [
    ['CostCenter', 'cost-center', 'case_or_separator'],
    ['CostCenter', 'COST_CENTER', 'case_or_separator'],
    ['CostCenter', 'user:cost center', 'case_or_separator'],
    ['CostCenter', 'CostCentre', 'typo'],
    ['CostCenter', 'ＣｏｓｔＣｅｎｔｅｒ', 'case_or_separator'],
    ['Service', 'services', 'plural'],
    ['Category', 'categories', 'plural'],
    ['env', 'Environment', 'abbreviation'],
    ['CC', 'CostCenter', 'abbreviation'],
    ['production', 'prodcution', 'typo'],
    ['production', 'produktin', 'typo'],
    ['production', 'nonproduction', null],
    ['prod', 'prof', null],
    ['team-a', 'team-b', null],
    ['cc-4711', 'cc-4712', null],
    ['prod-eu-1', 'prod-eu-2', null],
    ['platform', 'Platform2', null],
    ['team', 'owner', null],
    ['--', '__', null],
  ] as const) {
    it(`${left} and ${right}: ${reason ?? 'two things'}`, () => {
      assert.equal(sameReason(left, right), reason);
      assert.equal(sameReason(right, left), reason);
    });
  }

  it('have a distance that is symmetric, zero only of the same, and counts a swap once', () => {
    assert.equal(editDistance('center', 'centre'), 1);
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        assert.equal(editDistance(a, b), editDistance(b, a));
        assert.equal(editDistance(a, b) === 0, a === b);
      }),
    );
  });

  it('have a normal form that stays what it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 12 }), (text) => {
        const form = normalForm(text);
        assert.equal(normalForm(form.replace(/^user/, '')), form.replace(/^user/, ''));
      }),
    );
  });
});

describe('suggestions for a taxonomy', () => {
  const row = (tags: object, cost: string, resource: string): TestRow => ({
    Tags: JSON.stringify(tags),
    EffectiveCost: cost,
    ResourceId: resource,
  });
  const ROWS = [
    row({ CostCenter: '4711', env: 'production' }, '10', 'a'),
    row({ CostCenter: '4711', env: 'production' }, '10', 'b'),
    row({ costcenter: '4711', env: 'Production' }, '3', 'c'),
    row({ 'Cost-Center': '4712', env: 'prodcution' }, '2', 'd'),
    row({ CostCentre: '4711', env: 'prod' }, '1.5', 'e'),
  ];
  const suggest = async (t: Parameters<typeof createTestLake>[0], taxonomy = TAXONOMY_DEFAULT) => {
    const lake = await createTestLake(t);
    const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv(ROWS)));
    const version = await lake.open(manifest.versionId);
    const extent = { fromDate: '2026-03-01', toDate: '2026-04-01', basis: manifest.basis };
    return suggestTaxonomy(version.scoped('all'), { extent, taxonomy });
  };

  it('join near-duplicate keys and values, with the money behind each spelling', async (t) => {
    const { suggestions, rowsRead, keysRead } = await suggest(t);
    assert.deepEqual([rowsRead, keysRead], [5, 5]);
    assert.deepEqual(
      suggestions.map(({ type, key, canonical, confidence, spellings }) => [
        type,
        key,
        canonical,
        confidence,
        spellings.map(({ text, reason, costs }) => [text, reason, costs[0]?.cost]),
      ]),
      [
        [
          'key',
          'CostCenter',
          'CostCenter',
          'look',
          [
            ['Cost-Center', 'case_or_separator', '2'],
            ['CostCentre', 'typo', '1.5'],
            ['costcenter', 'case_or_separator', '3'],
          ],
        ],
        [
          'value',
          'env',
          'production',
          'look',
          [
            ['Production', 'case_or_separator', '3'],
            ['prod', 'abbreviation', '1.5'],
            ['prodcution', 'typo', '2'],
          ],
        ],
      ],
    );
  });

  it('are written as taxonomy lines that the taxonomy reads, and are not made again', async (t) => {
    const lines = taxonomyLines(await suggest(t));
    assert.equal(
      lines,
      `keys:
  "CostCenter":
    aliases: ["Cost-Center", "CostCentre", "costcenter"] # look: typo
  "env":
    valueAliases:
      "production": ["Production", "prod", "prodcution"] # look: abbreviation, typo
`,
    );
    const taxonomy = parseTaxonomy({
      keys: {
        CostCenter: { aliases: ['Cost-Center', 'CostCentre', 'costcenter'] },
        env: { valueAliases: { production: ['Production', 'prod', 'prodcution'] } },
      },
    });
    const again = await suggest(t, taxonomy);
    assert.deepEqual(again.suggestions, []);
    assert.equal(taxonomyLines(again), 'keys: {}\n');
  });
});
