import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DATA_TRANSFER } from '../testing/incidents.ts';
import { makeSignal } from '../testing/test-data.ts';
import { createTestFlow } from '../testing/test-flow.ts';
import { caseIdOf } from './triage.ts';

test('a repeated triage job opens no second case', async () => {
  const flow = createTestFlow({ incident: DATA_TRANSFER });
  flow.store.receive(makeSignal());
  await flow.handlers.triage({ signalId: 'sig_1' });
  await flow.handlers.triage({ signalId: 'sig_1' });
  assert.equal(flow.store.states().length, 1);
  assert.equal(flow.state().caseId, 'case_1');
  assert.deepEqual(flow.store.dismissals, []);
});

test('another signal of the same key is dismissed while the case is open, and opens one when it is closed', async () => {
  const flow = createTestFlow({ incident: DATA_TRANSFER });
  const asked = await flow.start();
  flow.store.receive(makeSignal({ signalId: 'sig_2' }));
  await flow.runDue();
  assert.deepEqual(flow.store.dismissals, [
    { signalId: 'sig_2', reason: 'duplicate', note: 'case case_1 is open for it' },
  ]);
  for (const { action } of asked.actions) flow.review(action.digest, 'deny');
  await flow.runDue();
  assert.equal(flow.state().status, 'closed');
  flow.store.receive(makeSignal({ signalId: 'sig_3' }));
  await flow.runDue();
  assert.equal(flow.store.states().length, 2);
});

test('an innocent look-alike and a small change are dismissed with their reason', async () => {
  const flow = createTestFlow({ incident: DATA_TRANSFER });
  const { anomaly } = makeSignal();
  flow.store.receive(
    makeSignal({ innocent: { reason: 'planned_activity', note: 'the launch of March' } }),
  );
  flow.store.receive(makeSignal({ signalId: 'sig_2', anomaly: { ...anomaly, impactPercent: 15 } }));
  await flow.runDue();
  assert.deepEqual(
    flow.store.dismissals.map((one) => one.reason),
    ['planned_activity', 'below_threshold'],
  );
  assert.equal(flow.store.states().length, 0);
});

test('a signal that does not exist is an error with a remedy', async () => {
  const flow = createTestFlow({ incident: DATA_TRANSFER });
  await assert.rejects(() => flow.handlers.triage({ signalId: 'sig_9' }), {
    code: 'SIGNAL_UNKNOWN',
  });
  await assert.rejects(() => flow.handlers.triage({}), { code: 'JOB_MALFORMED' });
});

test('the case id follows from the signal alone', () => {
  assert.equal(caseIdOf({ signalId: 'sig_abc' }), 'case_abc');
  assert.equal(caseIdOf({ signalId: 'signal_abc' }), 'case_abc');
  assert.equal(caseIdOf({ signalId: 'abc' }), 'case_abc');
});
