import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import type { LogEntryKind } from '@counterfoil/core';
import { ROLES, type Role } from './migrations/roles.ts';
import { asJson } from './stores/context.ts';
import { INSERT_LEAF, leafValues } from './testing/leaf-values.ts';
import { opened, requested, sampleProposal, sampleSignal } from './testing/samples.ts';
import { openScenario, type Scenario } from './testing/scenario.ts';

describe('what a hostile role writes into log and journal', () => {
  let scenario: Scenario;
  const clients = new Map<Role, Client>();
  before(async () => {
    scenario = await openScenario();
    await scenario.propose('case-roles', ['a', 'b']);
    for (const role of ROLES) {
      const client = new Client({ connectionString: scenario.database.urls[role] });
      await client.connect();
      clients.set(role, client);
    }
  });
  after(async () => {
    for (const client of clients.values()) await client.end();
    await scenario.close();
  });

  /** SQLSTATE at the end of these statements of a role; everything is rolled back. */
  const atCommit = async (
    role: Role,
    statements: readonly (readonly [string, readonly unknown[]])[],
  ): Promise<string | null> => {
    const client = clients.get(role);
    assert.ok(client);
    await client.query('begin');
    try {
      for (const [sql, values] of statements) await client.query(sql, [...values]);
      await client.query('set constraints all immediate');
      return null;
    } catch (error) {
      return (error as { code?: string }).code ?? 'none';
    } finally {
      await client.query('rollback');
    }
  };

  it('refuses a leaf that no row stands beside: an auditor would believe it, the executor not know it', async () => {
    const cases: readonly (readonly [Role, LogEntryKind, string | null])[] = [
      ['cf_agent', 'kill_engaged', null],
      ['cf_agent', 'proposal_made', 'case-roles'],
      ['cf_server', 'approver_enrolled', null],
      ['cf_server', 'review_submitted', 'case-roles'],
      ['cf_server', 'kill_lifted', null],
      ['cf_lake', 'ingest_completed', null],
    ];
    for (const [role, kind, caseId] of cases) {
      const leaf = [INSERT_LEAF, leafValues(kind, role, role, caseId)] as const;
      assert.equal(await atCommit(role, [leaf]), 'CF002', kind);
    }
  });

  it('refuses a kill, a review and an event that say something else than their leaf', async () => {
    const kill = `with leaf as (${INSERT_LEAF} returning leaf_id)
      insert into counterfoil.kill select $8, $4, 'r', $3, leaf_id from leaf`;
    const engaged = leafValues('kill_engaged', 'cf_agent', 'cf_agent', null, {
      facts: { killId: 'kill_1' },
    });
    assert.equal(await atCommit('cf_agent', [[kill, [...engaged, 'kill_1']]]), null);
    assert.equal(await atCommit('cf_agent', [[kill, [...engaged, 'kill_2']]]), 'CF002');
    const review = `with leaf as (${INSERT_LEAF} returning leaf_id)
      insert into counterfoil.review (digest, content_sha256, person_id, key_id, verdict, recorded_at, leaf_id, review)
      select $8, 'c', 'ada', 'k', 'deny', $3, leaf_id, $9 from leaf`;
    const { rows } = await clients.get('cf_server')!.query('select digest from counterfoil.action');
    const [digest, other] = rows.map((row: { digest: string }) => row.digest);
    const submitted = leafValues('review_submitted', 'cf_server', 'cf_server', 'case-roles', {
      facts: { digest: digest ?? '' },
      payload: { verdict: 'deny', comment: 'a \u0000 b' },
    });
    const same = '{"comment":"a \\u0000 b","verdict":"deny"}';
    const run = (...more: unknown[]) => atCommit('cf_server', [[review, [...submitted, ...more]]]);
    assert.equal(await run(digest, same), null);
    assert.equal(await run(other, same), 'CF002');
    assert.equal(await run(digest, '{"comment":"","verdict":"approve"}'), 'CF002');
    const event = `with leaf as (${INSERT_LEAF} returning leaf_id)
      insert into counterfoil.case_event (case_id, sequence, recorded_at, actor, type, event, leaf_id)
      select 'case-roles', 3, $3, $4, $1, $8, leaf_id from leaf`;
    const halted = leafValues('case_halted', 'cf_agent', 'cf_agent', 'case-roles', {
      payload: { type: 'case_halted', code: 'A' },
    });
    const say = (code: string) => [
      event,
      [...halted, JSON.stringify({ type: 'case_halted', code })],
    ];
    assert.equal(await atCommit('cf_agent', [say('A') as [string, unknown[]]]), null);
    assert.equal(await atCommit('cf_agent', [say('B') as [string, unknown[]]]), 'CF002');
  });

  it('keeps the agent out of a case that the executor has taken over, and from proposing twice', async () => {
    const { cf_agent: agent, cf_executor: executor } = scenario.as;
    const [digest] = await scenario.propose('case-taken', ['taken']);
    assert.ok(digest);
    const proposal = sampleProposal('case-taken', ['taken-again']);
    const step = { caseId: 'case-taken', versionExpected: 2, jobs: [] };
    const again = { ...step, events: [{ type: 'proposal_made', proposal }] as const };
    assert.deepEqual(await agent.cases.commit(again), { type: 'conflict' });
    const request = requested(digest, 'case-taken', '2026-03-01T00:00:00.000Z');
    await executor.cases.commit({ ...step, events: [request] });
    const close = { type: 'case_closed', reason: 'hidden' } as const;
    await assert.rejects(agent.cases.commit({ ...step, versionExpected: 3, events: [close] }), {
      code: 'STORE_REFUSED',
    });
  });

  it('refuses a proposal that names an action of another case', async () => {
    const { cf_agent: agent, cf_lake: lake } = scenario.as;
    await scenario.propose('case-first', ['shared']);
    const signal = sampleSignal('second');
    await lake.signals.write([signal]);
    const event = `with leaf as (${INSERT_LEAF} returning leaf_id)
      insert into counterfoil.case_event (case_id, sequence, recorded_at, actor, type, event, leaf_id)
      select 'case-second', 2, $3, $4, $1, $8, leaf_id from leaf`;
    await agent.cases.commit({
      caseId: 'case-second',
      versionExpected: 0,
      events: [opened(signal)],
      jobs: [],
    });
    const payload = asJson({
      type: 'proposal_made',
      proposal: sampleProposal('case-first', ['shared']),
    });
    const leaf = leafValues('proposal_made', 'cf_agent', 'cf_agent', 'case-second', { payload });
    const statement = [event, [...leaf, JSON.stringify(payload)]] as const;
    assert.equal(await atCommit('cf_agent', [statement]), 'CF002');
  });

  it('gives a kill and an intent their places in the order in which they hold', async () => {
    const agent = clients.get('cf_agent');
    const executor = clients.get('cf_executor');
    assert.ok(agent && executor);
    const intent = leafValues('effect_intended', 'cf_executor', 'cf_executor', 'case-roles');
    await executor.query('begin');
    await agent.query('begin');
    try {
      const kill = leafValues('kill_engaged', 'cf_agent', 'cf_agent');
      await agent.query(INSERT_LEAF, kill);
      await assert.rejects(executor.query(INSERT_LEAF, intent), { code: '55P03' });
      await executor.query('rollback');
      await agent.query('rollback');
      await executor.query('begin');
      await agent.query('begin');
      const { rows: first } = await executor.query(`${INSERT_LEAF} returning leaf_id`, intent);
      const pending = agent.query(`${INSERT_LEAF} returning leaf_id`, kill);
      await executor.query('rollback');
      const { rows: second } = await pending;
      assert.ok(BigInt(second[0].leaf_id) > BigInt(first[0].leaf_id));
      await agent.query('rollback');
      await executor.query(
        'begin; select pg_advisory_xact_lock_shared(hashtext($$counterfoil.kill$$))',
      );
      await agent.query('begin');
      await agent.query(INSERT_LEAF, kill);
    } finally {
      await executor.query('rollback');
      await agent.query('rollback');
    }
  });
});
