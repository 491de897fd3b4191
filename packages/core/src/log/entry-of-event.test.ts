import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOG_ENTRY_KINDS } from './entry.ts';
import { entryOfEvent } from './entry-of-event.ts';

test('the leaf carries small facts and the payload the whole event', () => {
  const event = {
    type: 'effect_refused',
    digest: 'sha256:01',
    code: 'KILLED',
    reason: 'drill',
  } as const;
  assert.deepEqual(entryOfEvent('case_1', event), {
    kind: 'effect_refused',
    caseId: 'case_1',
    facts: { digest: 'sha256:01', code: 'KILLED' },
    payload: event,
  });
});

test('kinds are unique', () => {
  assert.equal(new Set(LOG_ENTRY_KINDS).size, LOG_ENTRY_KINDS.length);
});
