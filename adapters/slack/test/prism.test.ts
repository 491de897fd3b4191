import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PRISM_MISSING, startPrism } from '../../../tools/peers/prism.ts';
import { createSlackClient, postMessagePerformer } from '../src/index.ts';

test("Slack's specification accepts the post and the reads", async (t) => {
  const prism = await startPrism('slack', { errors: false });
  if (!prism) return t.skip(PRISM_MISSING);
  t.after(() => prism.stop());
  const client = createSlackClient({ token: 'x', apiUrl: `${prism.url}/` });
  const performer = postMessagePerformer(client);
  const [parameters] = performer.examples;
  const context = {
    account: '-',
    region: '-',
    scopeAccounts: [],
    idempotencyKey: 'cf-prism-1',
    caseId: 'case_1',
  };
  const effect = await performer.execute(parameters, context);
  assert.match(effect.reference, /^\d+\.\d{6}$/);
  // Prism answers with the specification's examples, none of which carries our key.
  assert.notEqual((await performer.reconcile(parameters, context)).type, 'performed');
  assert.equal((await performer.verify(parameters, effect, context)).status, 'not_confirmed');
});
