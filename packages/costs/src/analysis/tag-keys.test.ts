import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createTestLake, focusCsv } from '../lake.testing.ts';
import { watchedTagKeys } from './tag-keys.ts';

it('watches no key that a filter would refuse, so that nobody’s tag stops the detection', async (t) => {
  const lake = await createTestLake(t);
  const keyed = (key: string, value: string) => ({ [key]: value });
  const rows = ['a', 'b'].map((value) => ({
    Tags: JSON.stringify({
      ...keyed('team', value),
      ...keyed('k'.repeat(256), value),
      ...keyed('l'.repeat(257), value),
      ...keyed('nul\u0000', value),
      ...keyed('value', `${value}\u0000`),
      ...keyed('long', value === 'a' ? 'x'.repeat(2_049) : value),
    }),
  }));
  const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv(rows)));
  const version = await lake.open(manifest.versionId);
  const keys = await watchedTagKeys(version.scoped('all'), {
    basis: 'BilledCost',
    currency: 'USD',
    firstDay: '2026-03-01',
  });
  assert.deepEqual(keys, ['k'.repeat(256), 'team']);
});
