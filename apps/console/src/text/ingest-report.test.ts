import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readIngestReport } from './ingest-report.ts';

const file = {
  name: 'a.csv',
  layout: 'FOCUS 1.2',
  rowsRead: 3,
  rowsRejected: 1,
  reconciled: true,
  reconciliation: [
    { column: 'BilledCost', currency: 'USD', loaded: '1.5', difference: '0' },
    { column: 'BilledCost', currency: 'EUR', loaded: '2', difference: '0' },
    { column: 'EffectiveCost', currency: 'USD', loaded: '1', difference: '0' },
  ],
};

test('the totals of a file are those of one cost column, each currency apart', () => {
  const report = readIngestReport({ rowsRead: 3, files: [file], reconciled: true });
  assert.deepEqual(
    report?.files[0]?.totals.map(({ currency, loaded }) => `${loaded} ${currency}`),
    ['1.5 USD', '2 EUR'],
  );
});

test('only a plain true counts as reconciled', () => {
  const reports = [undefined, 'true', 1, false].map((reconciled) =>
    readIngestReport({
      rowsRead: 3,
      files: [file],
      ...(reconciled === undefined ? {} : { reconciled }),
    }),
  );
  assert.ok(reports.every((report) => report?.isReconciled === false));
});

test('a report of another shape is not guessed at', () => {
  assert.equal(readIngestReport({ rows: 3 }), null);
  assert.equal(readIngestReport({ rowsRead: 3, files: 'none' }), null);
});

test('rows that did not parse are counted by their kinds, and all that lowers the quality is read', () => {
  const report = readIngestReport({
    rowsRead: 3,
    files: [file],
    problemKinds: [{ rows: 2 }, { rows: 5 }],
    dataQuality: { verdict: 'lowered', reasons: [{ code: 'X', message: 'a day is missing' }] },
  });
  assert.equal(report?.problemsCount, 7);
  assert.deepEqual(report?.quality, { isGood: false, reasons: ['a day is missing'] });
});

test('a quality that was not judged is not a good one', () => {
  const qualities = [undefined, null, 'good', { verdict: true }].map(
    (dataQuality) =>
      readIngestReport({
        rowsRead: 3,
        files: [file],
        ...(dataQuality === undefined ? {} : { dataQuality }),
      })?.quality,
  );
  assert.deepEqual(qualities, [null, null, null, { isGood: false, reasons: [] }]);
});
