import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { againstOf, extentOf } from './extent.ts';

const DATA = { fromDate: '2026-01-01', toDate: '2026-05-01' };

describe('the days of a question', () => {
  it('are the newest thirty of the data unless some are named', () => {
    assert.deepEqual(extentOf({}, DATA), { fromDate: '2026-04-01', toDate: '2026-05-01' });
    assert.deepEqual(extentOf({ to: '2026-03-11' }, DATA), {
      fromDate: '2026-02-09',
      toDate: '2026-03-11',
    });
    assert.deepEqual(extentOf({ from: '2026-04-30' }, DATA), {
      fromDate: '2026-04-30',
      toDate: '2026-05-01',
    });
  });

  it('are a whole month where one is named, over the end of a year too', () => {
    assert.deepEqual(extentOf({ month: '2025-12' }, DATA), {
      fromDate: '2025-12-01',
      toDate: '2026-01-01',
    });
  });

  it('are compared with the months before whole months, and else with as many days before', () => {
    const against = (fromDate: string, toDate: string) => againstOf({}, { fromDate, toDate });
    assert.deepEqual(against('2026-03-01', '2026-04-01'), {
      fromDate: '2026-02-01',
      toDate: '2026-03-01',
    });
    assert.deepEqual(against('2026-01-01', '2026-03-01'), {
      fromDate: '2025-11-01',
      toDate: '2026-01-01',
    });
    assert.deepEqual(against('2026-03-05', '2026-03-08'), {
      fromDate: '2026-03-02',
      toDate: '2026-03-05',
    });
  });

  it('are compared with what is named', () => {
    const extent = { fromDate: '2026-03-05', toDate: '2026-03-08' };
    assert.deepEqual(againstOf({ againstMonth: '2026-02' }, extent).toDate, '2026-03-01');
    assert.deepEqual(againstOf({ againstFrom: '2026-01-01', againstTo: '2026-01-02' }, extent), {
      fromDate: '2026-01-01',
      toDate: '2026-01-02',
    });
  });

  it('are refused where they are none', () => {
    const extent = { fromDate: '2026-03-05', toDate: '2026-03-08' };
    for (const options of [
      { month: '2026-13' },
      { month: 'March' },
      { month: '2026-03', from: '2026-03-01' },
      { from: '2026-02-30' },
      { from: '2026-03-01', to: '2026-03-01' },
    ]) {
      assert.throws(() => extentOf(options, DATA), { code: 'EXTENT_WRONG' });
    }
    for (const options of [
      { againstFrom: '2026-03-01' },
      { againstMonth: '2026-03', againstTo: '2026-03-01' },
      { againstFrom: '2026-03-02', againstTo: '2026-03-01' },
    ]) {
      assert.throws(() => againstOf(options, extent), { code: 'EXTENT_WRONG' });
    }
  });
});
