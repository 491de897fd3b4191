import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createColors } from 'picocolors';
import type { JsonObject } from '@counterfoil/core';
import { renderIngest } from './render-ingest.ts';
import { qualityVerdict } from './render-quality.ts';

const REPORT: JsonObject = {
  versionId: 'v-1',
  files: [{ name: 'a.csv', layout: 'FOCUS 1.2', partId: 'p-1', rowsRejected: 1 }],
  rowsRead: 3,
  rowsLoaded: 2,
  rowsRejected: 1,
  totals: [{ currency: 'USD', costs: { BilledCost: '1.5' } }],
  problemKinds: [],
  reconciled: true,
  difference: '0',
  findings: [],
  fromDate: '2026-03-01',
  toDate: '2026-04-01',
};
const render = (more: JsonObject) => renderIngest({ ...REPORT, ...more }, createColors(false));
const kind = (column: string) => ({ file: 'a\n.csv', column, reason: 'is no decimal', rows: 1 });

test('an ingest says what did not parse, and where', () => {
  const text = render({ problemKinds: [{ ...kind('BilledCost'), file: 'a.csv', rows: 7 }] });
  assert.match(text, /1 rejected[^\n]*\n {4}a\.csv, BilledCost: is no decimal \(7 rows\)\n/);
  assert.match(text, /every row of a\.csv with a problem: parts\/p-1\/rejects\.ndjson/);
  assert.doesNotMatch(render({}), /is no decimal/);
});

test('only the commonest kinds of problems are shown, each on a line of its own whatever the file is called', () => {
  const kinds = ['A', 'B', 'C', 'D', 'E', 'F'].map(kind);
  const shown = (count: number) => render({ problemKinds: kinds.slice(0, count) }).split('\n');
  const lines = shown(6);
  assert.equal(lines.filter((line) => line.includes('is no decimal (1 row)')).length, 5);
  assert.match(lines.join('\n'), /and 1 other kinds of problems/);
  assert.doesNotMatch(shown(5).join('\n'), /other kinds/);
});

test('quality that could not be judged is never told as good', () => {
  assert.match(qualityVerdict(null), /could not be judged: nothing runs/);
});
