import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataQualityReader } from './data-quality.ts';

function reader(pages: readonly (readonly Record<string, string | boolean>[])[]) {
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
