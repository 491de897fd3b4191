import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ActionUse, Digest } from '@counterfoil/core';
import { Client } from 'pg';
import { intended } from '../testing/samples.ts';
import { openScenario, type Scenario } from '../testing/scenario.ts';

let scenario: Scenario;
before(async () => (scenario = await openScenario()));
after(() => scenario.close());

const useOf = (digest: Digest, change: Partial<ActionUse> = {}): ActionUse => ({
  digest,
  class: 'cloud',
  kind: 'test.act',
  account: '111111111111',
  amountCents: 100,
  currency: 'USD',
  ...change,
});

async function admin(text: string, values: readonly unknown[] = []): Promise<void> {
  const client = new Client({ connectionString: scenario.database.adminUrl });
  await client.connect();
  try {
    await client.query(text, [...values]);
  } finally {
    await client.end();
  }
}

async function emptied(): Promise<void> {
  await admin('alter table counterfoil.action_use disable trigger all');
  await admin('delete from counterfoil.action_use');
  await admin('alter table counterfoil.action_use enable trigger all');
}

describe('limits over what was granted', () => {
  it('gives two actions that are decided at once two different counts', async () => {
    const { use } = scenario.as.cf_executor;
    const digests = await scenario.propose('race', ['r1', 'r2', 'r3', 'r4', 'r5', 'r6']);
    const answers = await Promise.all(digests.map((digest) => use.reserve(useOf(digest))));
    const counts = answers.map((answer) => answer.ofKindInAccount).toSorted((a, b) => a - b);
    assert.deepEqual(counts, [1, 2, 3, 4, 5, 6]);
    const cents = answers.map((answer) => answer.amountCents).toSorted((a, b) => a - b);
    assert.deepEqual(cents, [100, 200, 300, 400, 500, 600]);
    await emptied();
  });

  it('counts by kind, account, class and currency, and keeps a place that was just taken', async () => {
    const { use } = scenario.as.cf_executor;
    const [first, second, third, fourth] = await scenario.propose('kinds', ['a', 'b', 'c', 'd']);
    assert.ok(first && second && third && fourth);
    await use.reserve(useOf(first));
    await use.reserve(useOf(second, { account: '222222222222', currency: 'EUR' }));
    await use.reserve(useOf(third, { kind: 'test.other' }));
    const sums = { ofKindInAccount: 2, ofKind: 3, ofClass: 4, amountCents: 300 };
    assert.deepEqual(await use.read(useOf(fourth)), sums);
    assert.deepEqual(await use.read(useOf(fourth)), sums, 'looking takes no place');
    assert.deepEqual(await use.reserve(useOf(fourth)), sums);
    assert.equal((await use.reserve(useOf(first))).ofClass, 1);
    await emptied();
  });

  it('does not count what was refused, nor what is older than a day', async () => {
    const { use } = scenario.as.cf_executor;
    const [first, second, third] = await scenario.propose('past', ['p1', 'p2', 'p3']);
    assert.ok(first && second && third);
    await use.reserve(useOf(first));
    await use.reserve(useOf(second));
    const countOf = async () => (await use.read(useOf(third))).ofKind;
    assert.equal(await countOf(), 3);
    await admin("update counterfoil.action set status = 'refused' where digest = $1", [first]);
    assert.equal(await countOf(), 2);
    await admin('alter table counterfoil.action_use disable trigger all');
    const age = (interval: string) =>
      admin(
        'update counterfoil.action_use set reserved_at = now() - $2::interval where digest = $1',
        [second, interval],
      );
    await age('23 hours 59 minutes');
    assert.equal(await countOf(), 2);
    await age('24 hours 1 second');
    assert.equal(await countOf(), 1);
    await emptied();
  });

  it('counts an action that waited long anew, but never one whose intent stands', async () => {
    const { use } = scenario.as.cf_executor;
    const [early, waiting, late] = await scenario.propose('waits', ['w1', 'w2', 'w3']);
    assert.ok(early && waiting && late);
    for (const digest of [early, waiting, late]) await use.reserve(useOf(digest));
    await admin('alter table counterfoil.action_use disable trigger all');
    await admin(
      "update counterfoil.action_use set reserved_at = reserved_at - interval '16 minutes'",
    );
    await admin('alter table counterfoil.action_use enable trigger all');
    await scenario.as.cf_executor.cases.commit({
      caseId: 'waits',
      versionExpected: 2,
      events: [intended(early, 'key-early')],
      jobs: [],
    });
    assert.equal((await use.reserve(useOf(early))).ofKind, 1);
    assert.equal((await use.reserve(useOf(waiting))).ofKind, 3);
    await emptied();
  });

  it('lets nobody but the executor take a place, and nobody change what it counts for', async () => {
    const [digest] = await scenario.propose('rights', ['q1']);
    assert.ok(digest);
    for (const role of ['cf_agent', 'cf_server', 'cf_operator', 'cf_lake', 'cf_log'] as const) {
      await assert.rejects(
        scenario.as[role].use.reserve(useOf(digest)),
        { class: 'permission' },
        role,
      );
    }
    await scenario.as.cf_executor.use.reserve(useOf(digest));
    const client = new Client({ connectionString: scenario.database.urls.cf_executor });
    await client.connect();
    for (const text of [
      'update counterfoil.action_use set amount_cents = 0',
      'update counterfoil.action_use set place = place',
      'delete from counterfoil.action_use',
      'truncate counterfoil.action_use',
    ]) {
      await assert.rejects(client.query(text), text);
    }
    await client.end();
  });
});
