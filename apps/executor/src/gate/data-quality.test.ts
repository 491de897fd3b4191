import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@counterfoil/core';
import { dataQualityReader } from './data-quality.ts';

function reader(pages: readonly (readonly JsonObject[])[]) {
  let reads = 0;
  const quality = dataQualityReader({
    async ingests({ after }) {
      reads += 1;
      const place = after === undefined ? 0 : Number(after);
      const items = (pages[place] ?? []).map((report) => ({ at: '', report }));
      return { items, next: place + 1 < pages.length ? String(place + 1) : null };
    },
  });
  return { quality, reads: () => reads };
}

test('the report of the very version decides, wherever it stands', async () => {
  const pages = [
    [{ dataVersion: 'v3', reconciled: true }],
    [
      { dataVersion: 'v2', reconciled: false },
      { dataVersion: 'v1', reconciled: true },
    ],
  ];
  const { quality, reads } = reader(pages);
  assert.equal((await quality('v2')).reconciled, 'no');
  assert.equal((await quality('v1')).reconciled, 'yes');
  const before = reads();
  assert.equal((await quality('v2')).reconciled, 'no');
  assert.equal(reads(), before, 'a version never changes, so it is read once');
});

test('what no report says is unknown, and is looked up again', async () => {
  const { quality } = reader([[{ dataVersion: 'v1' }]]);
  const unknown = { tagCoveragePercent: 0, conformant: 'unknown', reconciled: 'unknown' };
  assert.deepEqual(await quality('v1'), unknown);
  assert.deepEqual(await quality('v9'), unknown);
});

test('what the lake judged of a version is taken over, and anything odd in it is unknown', async () => {
  const { quality } = reader([
    [
      {
        dataVersion: 'v1',
        reconciled: true,
        dataQuality: { tagCoveragePercent: 91, conformance: { conformant: 'yes', score: 0.97 } },
      },
      {
        dataVersion: 'v2',
        reconciled: true,
        dataQuality: { tagCoveragePercent: '91', conformance: { conformant: true } },
      },
      { dataVersion: 'v3', reconciled: true, dataQuality: [1] },
    ],
  ]);
  const judged = { tagCoveragePercent: 91, conformant: 'yes', reconciled: 'yes' };
  assert.deepEqual(await quality('v1'), judged);
  const unknown = { tagCoveragePercent: 0, conformant: 'unknown', reconciled: 'yes' };
  assert.deepEqual(await quality('v2'), unknown);
  assert.deepEqual(await quality('v3'), unknown);
});
