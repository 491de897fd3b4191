import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEntryDraft, PolicyChangeStatement } from '@counterfoil/core';
import { signPolicyChange } from '../gate/policy-change.ts';
import {
  asksFor,
  at,
  BUNDLE_SHA256,
  MemoryLog,
  packOf,
  reviewBy,
  runCase,
  testTrust,
  type Course,
  type TestKey,
} from '../testing/world.ts';
import { verifyPack } from './verify-pack.ts';

const people = testTrust();
const { ana, cleo, dora } = people;
const NEW = 'c'.repeat(64);

function change(log: MemoryLog, signers: { author: TestKey; approvers: readonly TestKey[] }): void {
  const append = (kind: LogEntryDraft['kind'], key: TestKey | null): void => {
    const facts = { changeId: 'change_1', bundleSha256: NEW };
    const payload = key && payloadOf(kind, key);
    log.append({ kind, caseId: null, facts, ...(payload && { payload }) });
  };
  append('policy_proposed', signers.author);
  for (const key of signers.approvers) append('policy_approved', key);
  append('policy_activated', null);
}

function payloadOf(
  kind: LogEntryDraft['kind'],
  key: TestKey,
): NonNullable<LogEntryDraft['payload']> {
  const statement: PolicyChangeStatement = {
    v: 1,
    act: kind === 'policy_proposed' ? 'propose' : 'approve',
    changeId: 'change_1',
    bundleSha256: NEW,
    replacesSha256: BUNDLE_SHA256,
    expiresAt: at(3600),
    personId: key.personId,
    keyId: key.keyId,
    signedAt: at(0),
    comment: '',
  };
  return JSON.parse(JSON.stringify(signPolicyChange(statement, key.privateKey)));
}

async function codesOf(log: MemoryLog): Promise<readonly string[]> {
  const report = await verifyPack(await log.pack(), people.trust);
  return report.problems.map(({ code }) => code);
}
const underNew: Course = {
  binding: { policyBundleSha256: NEW },
  decision: { ...asksFor(), policyBundleSha256: NEW },
};

test('what was decided by policies that two people put into effect is verified', async () => {
  const log = new MemoryLog(people);
  change(log, { author: dora, approvers: [ana, cleo] });
  runCase(log, people, { ...underNew, binding: { ...underNew.binding, onBehalfOf: 'someone' } });
  const { problems, policies } = await verifyPack(await log.pack(), people.trust);
  assert.deepEqual(problems, []);
  const [known] = policies.changes;
  assert.deepEqual([policies.activeSha256, known?.approvedBy], [NEW, ['ana', 'cleo']]);
});

test('what was decided by policies that nobody, one person or the author put into effect is refused', async () => {
  const refused = ['POLICY_NOT_ACTIVE', 'POLICY_NOT_ACTIVE'];
  const log = new MemoryLog(people);
  runCase(log, people, underNew);
  assert.deepEqual(await codesOf(log), refused);
  for (const approvers of [[ana], [ana, ana], [ana, dora]]) {
    const thin = new MemoryLog(people);
    change(thin, { author: dora, approvers });
    runCase(thin, people, underNew);
    assert.deepEqual(await codesOf(thin), refused);
  }
});

test('what was decided by policies that were in effect no longer is refused', async () => {
  const log = new MemoryLog(people);
  change(log, { author: dora, approvers: [ana, cleo] });
  const late = at(3000);
  runCase(log, people, {
    intendedAt: late,
    grant: { grantedAt: late, expiresAt: at(3100) },
  });
  assert.deepEqual(await codesOf(log), ['POLICY_NOT_ACTIVE']);
});

test('the author of policies that are a day old at most approves nothing', async () => {
  const log = new MemoryLog(people);
  change(log, { author: ana, approvers: [cleo, cleo] });
  const thin = await codesOf(log);
  assert.deepEqual(thin, [], 'an act that does not hold is no problem of its own');
  const own = new MemoryLog(people);
  change(own, { author: dora, approvers: [ana, cleo] });
  runCase(own, people, {
    ...underNew,
    binding: { ...underNew.binding, onBehalfOf: 'someone' },
    reviews: (action) => [reviewBy(dora, action)],
  });
  assert.deepEqual(await codesOf(own), ['NOT_APPROVED']);
});

test('where an act is erased, what it may have put into effect cannot be proved', async () => {
  const log = new MemoryLog(people);
  change(log, { author: dora, approvers: [ana, cleo] });
  runCase(log, people, underNew);
  const checkpoint = await log.publish();
  const leaves = log.entries.map((leaf) =>
    leaf.index === 1 ? { ...leaf, salt: null, payloadText: null } : leaf,
  );
  const report = await verifyPack(packOf(checkpoint, leaves), people.trust, { erased: 'accept' });
  assert.equal(report.effects[0]?.status, 'unprovable');
});
