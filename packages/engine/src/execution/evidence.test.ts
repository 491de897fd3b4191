import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@counterfoil/core';
import { parseEntry, writeEntry } from '@counterfoil/guard';
import { DATA_TRANSFER } from '../testing/incidents.ts';
import { createTestFlow, type TestFlow } from '../testing/test-flow.ts';

/** An agent that journals an honest proposal, and has the log commit to another one. */
async function withLogged(change: (event: JsonObject) => JsonObject): Promise<TestFlow> {
  const flow = createTestFlow({ incident: DATA_TRANSFER });
  const [digest] = (await flow.start()).actions.map((one) => one.action.digest);
  const leaf = flow.store.log.leaves.find(
    ({ entryText }) => parseEntry(entryText).kind === 'proposal_made',
  );
  assert.ok(digest && leaf?.payloadText && leaf.index === null);
  const { kind, caseId, facts, at, actor } = parseEntry(leaf.entryText);
  const payload = change(JSON.parse(leaf.payloadText) as JsonObject);
  const { entryText, payloadText, salt } = writeEntry(
    { kind, caseId, facts, payload },
    at,
    actor,
    Buffer.alloc(16, 9),
  );
  Object.assign(leaf, { entryText, payloadText, salt });
  flow.review(digest);
  await flow.runUntil(flow.clock.nowMs() + 3_600_000);
  return flow;
}

test('what is logged as it is journaled runs', async () => {
  const flow = await withLogged((event) => event);
  assert.equal(flow.world.effects.length, 1);
});

test('an action whose proposal an auditor would not find in the log, or not read, does not run', async () => {
  const changes: readonly ((event: JsonObject) => JsonObject)[] = [
    (event) => ({ ...event, proposal: { ...(event['proposal'] as JsonObject), actions: [] } }),
    (event) => ({ ...event, proposal: { ...(event['proposal'] as JsonObject), more: 1 } }),
    (event) => ({ ...event, more: 1 }),
  ];
  for (const change of changes) {
    const flow = await withLogged(change);
    assert.equal(flow.world.effects.length, 0);
    assert.equal(flow.state().status, 'halted');
    const [kill] = await flow.store.kills.read();
    assert.match(kill?.kill.reason ?? '', /PROPOSAL_UNPROVABLE/);
  }
});
