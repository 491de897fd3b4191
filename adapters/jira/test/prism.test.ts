import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PRISM_MISSING, startPrism } from '../../../tools/peers/prism.ts';
import { createIssuePerformer, createJiraClient } from '../src/index.ts';

test("Atlassian's specification accepts the ticket, the search and the read", async (t) => {
  const prism = await startPrism('jira-cloud-v3', { errors: true });
  if (!prism) return t.skip(PRISM_MISSING);
  t.after(() => prism.stop());
  const client = createJiraClient({ host: prism.url, email: 'a@example.com', apiToken: 'x' });
  const performer = createIssuePerformer(client, { searchWaitsMs: [0] });
  const [parameters] = performer.examples;
  const context = {
    account: '-',
    region: '-',
    scopeAccounts: [],
    idempotencyKey: 'cf-prism-1',
    caseId: 'case_1',
  };
  const effect = await performer.execute(parameters, context);
  assert.match(effect.reference, /^[A-Z]+-\d+$/);
  // Prism answers with the specification's examples, none of which carries our label.
  assert.equal((await performer.reconcile(parameters, context)).type, 'not_performed');
  const seen = await performer.verify(parameters, effect, context);
  assert.equal(seen.status, 'not_confirmed');
});
