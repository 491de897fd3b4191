import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import { ROLES, type Role } from './migrations/roles.ts';
import { opened, sampleSignal } from './testing/samples.ts';
import { INSERT_LEAF, leafValues } from './testing/leaf-values.ts';
import { openScenario, type Scenario } from './testing/scenario.ts';
import { LOG_ENTRY_KINDS, type LogEntryKind } from '@counterfoil/core';

const EVERYBODY: readonly Role[] = ROLES;
const except = (...allowed: readonly Role[]): readonly Role[] =>
  EVERYBODY.filter((role) => !allowed.includes(role));

/** Statement, and who must not be able to run it. Tables hold a row each where it matters. */
const FORBIDDEN: readonly (readonly [string, readonly Role[]])[] = [
  ['select 1 from counterfoil.review', ['cf_agent', 'cf_lake', 'cf_log']],
  ['insert into counterfoil.policy_change default values', except('cf_operator')],
  ['insert into counterfoil.policy_approval default values', except('cf_operator')],
  ['insert into counterfoil.policy_activation default values', except('cf_operator')],
  ['insert into counterfoil.policy_shadow default values', except('cf_executor')],
  ['insert into counterfoil.policy_shadow_choice default values', except('cf_operator')],
  ['insert into counterfoil.action_scope default values', EVERYBODY],
  ['insert into counterfoil.decision_mark default values', except('cf_operator')],
  ['insert into counterfoil.autonomy_setting default values', except('cf_operator')],
  ['insert into counterfoil.breaker_closing default values', except('cf_operator')],
  ['insert into counterfoil.agent_release default values', except('cf_agent')],
  ['update counterfoil.agent_release set manifest = manifest', EVERYBODY],
  ['insert into counterfoil.change_attachment default values', except('cf_operator')],
  ['insert into counterfoil.autonomy_fall default values', except('cf_executor')],
  ['insert into counterfoil.autonomy_shadow default values', except('cf_executor')],
  ['insert into counterfoil.breaker_opening default values', except('cf_executor')],
  ['update counterfoil.autonomy_setting set setting = setting', EVERYBODY],
  ['delete from counterfoil.autonomy_fall', EVERYBODY],
  ['delete from counterfoil.breaker_opening', EVERYBODY],
  ['select 1 from counterfoil.decision_mark', ['cf_agent', 'cf_lake', 'cf_log']],
  ['update counterfoil.policy_change set files = files', EVERYBODY],
  ['delete from counterfoil.policy_approval', EVERYBODY],
  ['select files from counterfoil.policy_change', ['cf_agent', 'cf_lake', 'cf_log']],
  ['select 1 from counterfoil.enrolment', ['cf_agent', 'cf_lake', 'cf_log']],
  ['select 1 from counterfoil.erasure', ['cf_agent', 'cf_lake', 'cf_log']],
  ['insert into counterfoil.erasure values (1, now(), 1)', EVERYBODY],
  ['update counterfoil.erasure set leaf_id = leaf_id', EVERYBODY],
  ['update counterfoil.log_leaf set payload_text = null, salt = null', EVERYBODY],
  ['select 1 from counterfoil.quarantine', ['cf_agent', 'cf_lake']],
  ['insert into counterfoil.quarantine values (1, now(), 1)', EVERYBODY],
  ['update counterfoil.quarantine set leaf_id = leaf_id', EVERYBODY],
  ['delete from counterfoil.quarantine', EVERYBODY],
  ['select payload_text from counterfoil.log_leaf', ['cf_agent', 'cf_lake', 'cf_log']],
  ['select entry_text from counterfoil.log_leaf', ['cf_agent', 'cf_lake']],
  ['select state from counterfoil.case_file', ['cf_lake', 'cf_log']],
  ['select 1 from counterfoil.case_event', ['cf_log']],
  ['update counterfoil.case_event set actor = actor', EVERYBODY],
  ['delete from counterfoil.case_event', EVERYBODY],
  ['truncate counterfoil.case_event', EVERYBODY],
  ['update counterfoil.log_leaf set entry_text = entry_text', EVERYBODY],
  ['update counterfoil.log_leaf set leaf_index = 0', except('cf_log')],
  ['delete from counterfoil.log_leaf', EVERYBODY],
  ['update counterfoil.review set review = review', EVERYBODY],
  ['delete from counterfoil.review', EVERYBODY],
  ['update counterfoil.enrolment set enrolment = enrolment', EVERYBODY],
  ['delete from counterfoil.enrolment', EVERYBODY],
  ['update counterfoil.kill set reason = reason', EVERYBODY],
  ['delete from counterfoil.kill', EVERYBODY],
  ['update counterfoil.kill_lift set lift = lift', EVERYBODY],
  ['delete from counterfoil.kill_lift', EVERYBODY],
  ['update counterfoil.signal set scope_accounts = scope_accounts', EVERYBODY],
  ['delete from counterfoil.signal', EVERYBODY],
  ['update counterfoil.effect_intent set case_id = case_id', EVERYBODY],
  ['delete from counterfoil.effect_intent', EVERYBODY],
  ['update counterfoil.log_checkpoint set size = size', EVERYBODY],
  ['delete from counterfoil.log_checkpoint', EVERYBODY],
  ['update counterfoil.case_file set signal_id = signal_id', EVERYBODY],
  ["update counterfoil.case_file set status = 'closed'", except('cf_agent', 'cf_executor')],
  ['delete from counterfoil.case_file', EVERYBODY],
  ["update counterfoil.action set status = 'approved'", except('cf_executor')],
  ['update counterfoil.action set digest = digest', EVERYBODY],
  ['delete from counterfoil.action', EVERYBODY],
  ['insert into counterfoil.action default values', except('cf_agent')],
  ['insert into counterfoil.signal default values', except('cf_lake')],
  ['insert into counterfoil.ingest_report default values', except('cf_lake')],
  ['insert into counterfoil.dismissed_signal default values', except('cf_agent')],
  ['insert into counterfoil.case_file default values', except('cf_agent')],
  ['insert into counterfoil.case_event default values', except('cf_agent', 'cf_executor')],
  ['insert into counterfoil.effect_intent default values', except('cf_executor')],
  ['insert into counterfoil.review default values', except('cf_server', 'cf_operator')],
  ['insert into counterfoil.enrolment default values', except('cf_server', 'cf_operator')],
  ['insert into counterfoil.kill_lift default values', except('cf_server', 'cf_operator')],
  ['insert into counterfoil.log_checkpoint default values', except('cf_log')],
  ['insert into counterfoil.log_leaf (leaf_index) values (0)', EVERYBODY],
  ["insert into counterfoil.entry_right values ('cf_agent', 'approval_resolved')", EVERYBODY],
  ["insert into counterfoil.job_right values ('cf_agent', 'executor', 'execute')", EVERYBODY],
  ['delete from counterfoil.entry_right', EVERYBODY],
  ['select 1 from jobs_executor._private_jobs', except('cf_executor')],
  ['select 1 from jobs_agent._private_jobs', except('cf_agent')],
  ["select jobs_executor.add_job('execute')", except('cf_executor')],
  ["select jobs_agent.add_job('triage')", except('cf_agent')],
  [
    'create or replace function jobs_agent.add_job(identifier text) returns void language sql as $$ $$',
    EVERYBODY,
  ],
  [
    'create trigger t before insert on jobs_agent._private_jobs for each row execute function counterfoil.refuse_change()',
    EVERYBODY,
  ],
  ['create table counterfoil.mine (id int)', EVERYBODY],
  ['create table public.mine (id int)', EVERYBODY],
  ['create schema mine', EVERYBODY],
  ['create temp table mine (id int)', EVERYBODY],
  ['alter table counterfoil.case_event disable trigger all', EVERYBODY],
  ['drop table counterfoil.case_event', EVERYBODY],
  ['set role cf_owner', EVERYBODY],
  ['set role cf_executor', except('cf_executor')],
  ['set session authorization cf_executor', except('cf_executor')],
  ['create role mine', EVERYBODY],
  ["set session_replication_role = 'replica'", EVERYBODY],
  ['select counterfoil.dead_letters()', except('cf_server', 'cf_operator')],
  ["select counterfoil.redrive('executor', 1)", except('cf_operator')],
  ["select counterfoil.enqueue('[]')", ['cf_log']],
  ["select pg_read_file('postgresql.conf')", EVERYBODY],
  ["copy counterfoil.kill to program 'true'", EVERYBODY],
];

/** Who may enter what into the log, and so into a journal. Everything that is not listed must be refused. */
const MAY_RECORD: Readonly<Record<Role, readonly LogEntryKind[]>> = {
  cf_agent: [
    'case_opened',
    'tool_called',
    'conclusion_reached',
    'proposal_made',
    'signal_dismissed',
    'case_closed',
    'case_halted',
    'kill_engaged',
    'release_recorded',
  ],
  cf_executor: [
    'policy_decided',
    'approval_requested',
    'approval_resolved',
    'effect_intended',
    'effect_resumed',
    'effect_refused',
    'effect_performed',
    'effect_unresolved',
    'effect_verified',
    'case_closed',
    'case_halted',
    'review_refused',
    'kill_engaged',
    'policy_shadowed',
    'autonomy_fell',
    'autonomy_shadowed',
    'breaker_opened',
  ],
  cf_server: [
    'review_submitted',
    'review_refused',
    'approver_enrolled',
    'kill_engaged',
    'kill_lifted',
  ],
  cf_operator: [
    'review_submitted',
    'review_refused',
    'approver_enrolled',
    'kill_engaged',
    'kill_lifted',
    'payload_erased',
    'policy_proposed',
    'policy_approved',
    'policy_activated',
    'decision_marked',
    'autonomy_set',
    'breaker_closed',
  ],
  cf_lake: ['signal_received', 'ingest_completed', 'kill_engaged'],
  cf_log: ['kill_engaged', 'leaf_quarantined'],
};

const MAY_ENQUEUE: Readonly<Record<Role, readonly string[]>> = {
  cf_lake: ['agent triage'],
  cf_agent: ['agent triage', 'agent investigate', 'agent propose', 'executor gate'],
  cf_executor: ['executor gate', 'executor resolve', 'executor execute', 'executor verify'],
  cf_server: ['executor resolve'],
  cf_operator: ['executor resolve'],
  cf_log: [],
};
const TASKS = ['triage', 'investigate', 'propose', 'gate', 'resolve', 'execute', 'verify'];

const REFUSALS = new Set(['42501', 'CF002', 'CF003']);

describe('database roles', () => {
  let scenario: Scenario;
  const clients = new Map<Role, Client>();
  before(async () => {
    scenario = await openScenario();
    const { cf_server: server, cf_log: log } = scenario.as;
    await scenario.propose('case-roles', ['a', 'b']);
    await server.enrolments.submit({ personId: 'ada' });
    const { killId } = await server.kills.engage('test');
    await server.kills.lift(killId, { killId });
    await log.log.assign(1, () => true);
    await log.log.publish({ size: 1, rootHash: 'x', checkpointText: 'x' });
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

  /** SQLSTATE of the refusal, or null when the statement ran. Everything is rolled back. */
  const attempt = async (
    role: Role,
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<string | null> => {
    const client = clients.get(role);
    assert.ok(client);
    await client.query('begin');
    try {
      await client.query(sql, [...values]);
      return null;
    } catch (error) {
      return (error as { code?: string }).code ?? 'none';
    } finally {
      await client.query('rollback');
    }
  };

  for (const [sql, roles] of FORBIDDEN) {
    it(`refuses to ${roles.length === ROLES.length ? 'every role' : roles.join(', ')}: ${sql}`, async () => {
      for (const role of roles) {
        const code = await attempt(role, sql);
        assert.ok(code !== null && REFUSALS.has(code), `${role}: ${code ?? 'it ran'}`);
      }
    });
  }

  for (const role of ROLES) {
    it(`lets ${role} log what is its own and nothing else`, async () => {
      for (const kind of LOG_ENTRY_KINDS) {
        const code = await attempt(role, INSERT_LEAF, leafValues(kind, role, role));
        const expected = MAY_RECORD[role].includes(kind) ? null : 'CF002';
        assert.equal(code, expected, kind);
      }
    });

    it(`lets ${role} enqueue what is its own and nothing else`, async () => {
      for (const queue of ['agent', 'executor']) {
        for (const task of TASKS) {
          const jobs = JSON.stringify([{ queue, task, payload: {}, key: 'k' }]);
          const code = await attempt(role, 'select counterfoil.enqueue($1)', [jobs]);
          const allowed = MAY_ENQUEUE[role].includes(`${queue} ${task}`);
          assert.equal(code === null, allowed, `${queue} ${task}: ${code ?? 'it ran'}`);
          if (!allowed) assert.ok(REFUSALS.has(code ?? ''));
        }
      }
    });
  }

  it('refuses an entry that names another writer, kind or case than its row', async () => {
    const own = leafValues('kill_engaged', 'cf_agent', 'cf_agent');
    assert.equal(await attempt('cf_agent', INSERT_LEAF, own), null);
    const forged = [
      leafValues('kill_engaged', 'cf_agent', 'cf_executor'),
      leafValues('kill_engaged', 'cf_executor', 'cf_agent'),
      leafValues('kill_engaged', 'cf_executor', 'cf_executor'),
      own.with(0, 'case_opened'),
      own.with(1, 'case-roles'),
    ];
    for (const values of forged) {
      assert.equal(await attempt('cf_agent', INSERT_LEAF, values), 'CF002');
    }
  });

  it('refuses an event of another role, also with a leaf of its own beside it', async () => {
    const insert = `with leaf as (${INSERT_LEAF} returning leaf_id)
      insert into counterfoil.case_event (case_id, sequence, recorded_at, actor, type, event, leaf_id)
      select 'case-roles', 3, now(), $4, $8, json_build_object('type', $8::text), leaf_id from leaf`;
    const halted = leafValues('case_halted', 'cf_agent', 'cf_agent', 'case-roles');
    assert.equal(await attempt('cf_agent', insert, [...halted, 'approval_resolved']), 'CF002');
    assert.equal(await attempt('cf_agent', insert, [...halted, 'case_closed']), 'CF002');
    const loose = insert.replace('leaf_id from leaf', '1 from leaf');
    assert.equal(await attempt('cf_agent', loose, [...halted, 'case_halted']), 'CF002');
  });

  it('refuses the agent a case whose opening widens the scope or changes the data version', async () => {
    const { cf_lake: lake, cf_agent: agent } = scenario.as;
    const signal = sampleSignal('scoped');
    await lake.signals.write([signal]);
    const forgeries = [
      { ...signal, scopeAccounts: [...signal.scopeAccounts, '333333333333'] },
      { ...signal, dataVersion: 'v2' },
      { ...signal, dedupeKey: 'other' },
      { ...signal, anomaly: { ...signal.anomaly, impactPercent: 4 } },
    ];
    for (const forged of forgeries) {
      const step = {
        caseId: 'case-scoped',
        versionExpected: 0,
        events: [opened(forged)],
        jobs: [],
      };
      await assert.rejects(agent.cases.commit({ ...step, events: [opened(forged)] }), {
        code: 'STORE_REFUSED',
      });
    }
    const step = { caseId: 'case-scoped', versionExpected: 0, jobs: [] };
    const honest = await agent.cases.commit({ ...step, events: [opened(signal)] });
    assert.equal(honest.type, 'committed');
  });

  it('refuses an intent in a journal without its row', async () => {
    const insert = `with leaf as (${INSERT_LEAF} returning leaf_id)
      insert into counterfoil.case_event (case_id, sequence, recorded_at, actor, type, event, leaf_id)
      select 'case-roles', 3, $3, $4, $1, json_build_object('type', $1::text, 'digest', 'd'), leaf_id from leaf`;
    const values = leafValues('effect_intended', 'cf_executor', 'cf_executor', 'case-roles', {
      payload: { type: 'effect_intended', digest: 'd' },
    });
    const client = clients.get('cf_executor');
    assert.ok(client);
    await client.query('begin');
    try {
      await client.query(insert, values);
      await assert.rejects(client.query('set constraints all immediate'), { code: 'CF002' });
    } finally {
      await client.query('rollback');
    }
  });

  it('lets the log give an index once, without touching anything else', async () => {
    const again = 'update counterfoil.log_leaf set leaf_index = 9 where leaf_index is not null';
    assert.equal(await attempt('cf_log', again), 'CF003');
    const away = 'update counterfoil.log_leaf set leaf_index = null where leaf_index is not null';
    assert.equal(await attempt('cf_log', away), 'CF003');
    const shrink = `insert into counterfoil.log_checkpoint (size, root_hash, checkpoint_text, published_at)
      values ($1, 'x', 'x', now())`;
    assert.equal(await attempt('cf_log', shrink, [0]), 'CF003');
    assert.equal(await attempt('cf_log', shrink, [2]), 'CF003');
    assert.equal(await attempt('cf_log', shrink, [1]), null);
  });

  it('keeps even the owner from changing what is append-only', async () => {
    const client = new Client({ connectionString: scenario.database.adminUrl });
    await client.connect();
    try {
      for (const sql of [
        'update counterfoil.case_event set actor = actor',
        'delete from counterfoil.log_leaf',
        'truncate counterfoil.kill cascade',
        "update counterfoil.signal set scope_accounts = array['9']",
      ]) {
        await assert.rejects(client.query(sql), { code: 'CF003' }, sql);
      }
    } finally {
      await client.end();
    }
  });
});
