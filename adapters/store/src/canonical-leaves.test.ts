import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import { ROLES, type Role } from './migrations/roles.ts';
import { INSERT_LEAF, leafValues } from './testing/leaf-values.ts';
import { openScenario, type Scenario } from './testing/scenario.ts';

/** Places of {@link leafValues}. */
const [RECORDED_AT, ENTRY, SALT, PAYLOAD] = [2, 4, 5, 6] as const;
const SECOND_MS = 1_000;

describe('a leaf that nobody could read, or that lies about its time', () => {
  let scenario: Scenario;
  const clients = new Map<Role | 'admin', Client>();
  before(async () => {
    scenario = await openScenario();
    const { adminUrl, urls } = scenario.database;
    for (const [role, connectionString] of Object.entries({ ...urls, admin: adminUrl })) {
      const client = new Client({ connectionString });
      await client.connect();
      clients.set(role as Role | 'admin', client);
    }
  });
  after(async () => {
    for (const client of clients.values()) await client.end();
    await scenario.close();
  });

  const clientOf = (role: Role | 'admin'): Client => {
    const client = clients.get(role);
    assert.ok(client);
    return client;
  };
  const attempt = async (role: Role, values: readonly unknown[]): Promise<string | null> => {
    const client = clientOf(role);
    await client.query('begin');
    try {
      await client.query(INSERT_LEAF, [...values]);
      return null;
    } catch (error) {
      return (error as { code?: string }).code ?? 'none';
    } finally {
      await client.query('rollback');
    }
  };
  const valuesOf = (role: Role, change: (values: string[]) => void): readonly unknown[] => {
    const said = { facts: { killId: 'kill_1', n: 3 }, payload: { b: [1.5, 'é\u2028'], a: null } };
    const values = leafValues('kill_engaged', role, role, null, said) as string[];
    change(values);
    return values;
  };
  const entry = (from: string | RegExp, to: string) => (values: string[]) => {
    assert.match(values[ENTRY] ?? '', from instanceof RegExp ? from : new RegExp(`\\${from}`));
    values[ENTRY] = values[ENTRY]?.replace(from, to) ?? '';
  };

  for (const role of ROLES) {
    it(`is refused to ${role}, whatever is not canonical about it`, async () => {
      assert.equal(
        await attempt(
          role,
          valuesOf(role, () => undefined),
        ),
        null,
      );
      const forged: readonly ((values: string[]) => void)[] = [
        entry('{', '{ '),
        entry(/}$/, '}\n'),
        entry('"n":3', '"n":3.0'),
        entry('"n":3', '"n":3e0'),
        entry('"n":3', '"n":-0'),
        entry('"n":3', '"n":9007199254740993'),
        entry('"n":3', '"n":0.10'),
        entry('"n":3', '"n":0.1000000000000000055511151231257827'),
        entry('"n":3', '"n":[]'),
        entry('"n":3', '"a":3'),
        entry('"n":3', '"killId":3'),
        entry('kill_1', '\\u006bill_1'),
        entry('kill_1', '\\/'),
        entry('kill_1', '\\u001F'),
        entry('kill_1', '\\ud83d\\ude00'),
        entry('"v":1', '"v":1,"x":1'),
        entry('"v":1', '"v":2'),
        entry('"v":1', '"v":"1"'),
        entry('"n":3', `"n":"${'x'.repeat(65_535)}"`),
        (values) => (values[PAYLOAD] = '{"a":null,"b":[1.5,"other"]}'),
        (values) => (values[SALT] = `${values[SALT]}AAAA`),
        (values) => void values.splice(SALT, 2, ...([null, null] as unknown as string[])),
      ];
      for (const [place, change] of forged.entries()) {
        assert.equal(await attempt(role, valuesOf(role, change)), 'CF004', `forgery ${place}`);
      }
    });

    it(`is refused to ${role} where its time is not the database's`, async () => {
      const shifted = (byMs: number) => (values: string[]) => {
        const before = values[RECORDED_AT] ?? '';
        const at = new Date(Date.parse(before) + byMs).toISOString();
        values[RECORDED_AT] = at;
        values[ENTRY] = values[ENTRY]?.replace(before, at) ?? '';
      };
      assert.equal(await attempt(role, valuesOf(role, shifted(-40 * SECOND_MS))), null);
      for (const byMs of [-70 * SECOND_MS, -86_400 * SECOND_MS, 60 * SECOND_MS]) {
        assert.equal(await attempt(role, valuesOf(role, shifted(byMs))), 'CF005', String(byMs));
      }
      const rowOnly = valuesOf(
        role,
        (values) => (values[RECORDED_AT] = new Date(Date.now() - SECOND_MS * 30).toISOString()),
      );
      assert.equal(await attempt(role, rowOnly), 'CF005');
    });
  }

  it('refuses a payload that is not canonical although its commitment holds', async () => {
    for (const payload of ['{"b":1,"a":2}', '{"a":1,"a":1}', '[1, 2]', '"\\u0041"', '[1.0]']) {
      const salt = Buffer.alloc(16, 7);
      const sha256 = createHash('sha256').update(salt).update(payload).digest('hex');
      const values = valuesOf('cf_agent', (each) => {
        each[PAYLOAD] = payload;
        each[SALT] = salt.toString('base64url');
        each[ENTRY] = each[ENTRY]?.replace(/sha256:[0-9a-f]{64}/, `sha256:${sha256}`) ?? '';
      });
      assert.equal(await attempt('cf_agent', values), 'CF004', payload);
    }
  });

  it('keeps a leaf from before that rule out of the log, says so in the log, and goes on', async () => {
    const admin = clientOf('admin');
    const isEntry = (text: string): boolean => !text.startsWith('{ ');
    const { cf_log: log, cf_operator: operator, cf_server: server } = scenario.as;
    await server.kills.engage('before');
    await admin.query('begin');
    await admin.query('alter table counterfoil.log_leaf disable trigger user');
    const old = leafValues('kill_engaged', 'cf_agent', 'cf_agent') as string[];
    old[ENTRY] = `{ ${old[ENTRY]?.slice(1)}`;
    await admin.query(INSERT_LEAF, old);
    await admin.query('alter table counterfoil.log_leaf enable trigger user');
    await admin.query('commit');
    await server.kills.engage('after');
    const first = await log.log.assign(100, isEntry);
    const second = await log.log.assign(100, isEntry);
    const kinds = [...first, ...second].map(({ entryText }) => JSON.parse(entryText).kind);
    assert.deepEqual(kinds, ['kill_engaged', 'kill_engaged', 'leaf_quarantined']);
    assert.deepEqual(await log.log.assign(100, isEntry), []);
    const [leaf, ...more] = await operator.log.quarantined();
    assert.deepEqual(more, []);
    assert.deepEqual([leaf?.kind, leaf?.actor], ['kill_engaged', 'cf_agent']);
    const said = JSON.parse(second[0]?.entryText ?? '{}').facts;
    assert.equal(said.leafId, leaf?.leafId);
  });

  it('does not let the log hide what is an entry', async () => {
    const { cf_log: log, cf_server: server } = scenario.as;
    await server.kills.engage('to be hidden');
    await assert.rejects(
      log.log.assign(100, () => false),
      { code: 'STORE_REFUSED' },
    );
    assert.equal((await log.log.assign(100, () => true)).length, 1);
  });
});
