import assert from 'node:assert/strict';
import { it } from 'node:test';
import { plannedActivities } from './planned-activities.ts';

const LAUNCH = { note: 'launch', fromDate: '2026-02-28', toDate: '2026-03-01' };

it('gives one entry per account and service, to the end that the settings name', () => {
  const entries = plannedActivities([
    { ...LAUNCH, subAccountIds: ['1', '2'], serviceNames: ['Compute'] },
  ]);
  assert.deepEqual(
    entries.map(({ element }) => element),
    [
      { subAccountId: '1', serviceName: 'Compute' },
      { subAccountId: '2', serviceName: 'Compute' },
    ],
  );
  assert.deepEqual([entries[0]?.fromDate, entries[0]?.toDate], ['2026-02-28', '2026-03-01']);
});

it('takes an empty list for every account or service', () => {
  const [entry] = plannedActivities([{ ...LAUNCH, subAccountIds: [], serviceNames: [] }]);
  assert.deepEqual(entry?.element, {});
});
