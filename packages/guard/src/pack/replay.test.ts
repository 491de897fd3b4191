import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEntryDraft } from '@counterfoil/core';
import { signKillLift } from '../kill/kill-lift.ts';
import { passkeyDevice } from '../testing/passkey-device.ts';
import { reviewMessage } from '../review/review.ts';
import {
  asksFor,
  at,
  MemoryLog,
  packOf,
  requestFor,
  reviewBy,
  reviewByPasskey,
  runCase,
  statementOf,
  testBinding,
  testTrust,
  type Course,
  type TestKey,
} from '../testing/world.ts';
import { bindAction } from '../binding/bind.ts';
import { signEnrolment } from '../trust/enrolment.ts';
import { verifyPack } from './verify-pack.ts';

const people = testTrust();
const { ana, anaToo, ben, cleo, dora, link } = people;

async function verify(log: MemoryLog): Promise<readonly string[]> {
  const report = await verifyPack(await log.pack(), people.trust);
  return report.problems.map(({ code }) => code);
}
async function verifyCourse(course: Course, before?: (log: MemoryLog) => void) {
  const log = new MemoryLog(people);
  before?.(log);
  runCase(log, people, course);
  return verify(log);
}
const payloadOf = (value: object): NonNullable<LogEntryDraft['payload']> =>
  JSON.parse(JSON.stringify(value));

test('an approved action, one allowed by policy, and one by quorum with two kinds of keys are verified', async () => {
  assert.deepEqual(await verifyCourse({}), []);
  const allow = { ...asksFor(), type: 'allow' } as const;
  const { requirement: _, ...decision } = allow;
  assert.deepEqual(await verifyCourse({ decision }), []);
  const reviews: Course['reviews'] = (action) => [
    reviewBy(ana, action),
    reviewByPasskey(people, action),
  ];
  assert.deepEqual(await verifyCourse({ decision: asksFor({ quorum: 2 }), reviews }), []);
});

for (const [code, without] of [
  ['DECISION_MISSING', 'policy_decided'],
  ['REQUEST_MISSING', 'approval_requested'],
  ['NOT_RESOLVED', 'approval_resolved'],
  ['EFFECT_WITHOUT_INTENT', 'effect_intended'],
] as const) {
  test(`an effect without ${without} is refused as ${code}`, async () => {
    assert.deepEqual(await verifyCourse({ without: [without] }), [code]);
  });
}

test('an effect without its proposal is refused', async () => {
  const found = await verifyCourse({ without: ['proposal_made'] });
  assert.ok(found.includes('PROPOSAL_MISSING'));
});

test('one person with two keys is one person', async () => {
  const reviews: Course['reviews'] = (action) => [reviewBy(ana, action), reviewBy(anaToo, action)];
  assert.deepEqual(await verifyCourse({ decision: asksFor({ quorum: 2 }), reviews }), [
    'NOT_APPROVED',
  ]);
});

test('neither the one it is proposed for nor the proposer approves, even if the request forgets to exclude them', async () => {
  const reviews: Course['reviews'] = (action) => [reviewBy(dora, action)];
  assert.deepEqual(await verifyCourse({ reviews, request: { excluded: [] } }), ['NOT_APPROVED']);
  const binding = { proposer: 'ana', onBehalfOf: 'dora' };
  assert.deepEqual(await verifyCourse({ binding, request: { excluded: [] } }), ['NOT_APPROVED']);
});

test('a person without the role, a key too weak, and a forged or foreign signature do not approve', async () => {
  const by =
    (key: TestKey): NonNullable<Course['reviews']> =>
    (action) => [reviewBy(key, action)];
  assert.deepEqual(await verifyCourse({ reviews: by(cleo) }), ['NOT_APPROVED']);
  const decision = asksFor({ assurance: 'passkey' });
  assert.deepEqual(await verifyCourse({ decision }), ['NOT_APPROVED']);
  const { privateKey } = cleo;
  assert.deepEqual(await verifyCourse({ reviews: by({ ...ana, privateKey }) }), ['NOT_APPROVED']);
  const other = bindAction(testBinding({ nonce: 'nonce_2' }));
  const replayed = { ...reviewBy(ana, other) };
  assert.deepEqual(await verifyCourse({ reviews: [replayed] }), ['NOT_APPROVED']);
});

test('an erased denial does not turn into an approval', async () => {
  const log = new MemoryLog(people);
  const reviews: Course['reviews'] = (action) => [
    reviewByPasskeyDenial(action),
    reviewBy(ana, action),
  ];
  runCase(log, people, { reviews, grant: { approvedBy: ['ana'], approvalLogIndexes: [4] } });
  const checkpoint = await log.publish();
  const leaves = log.entries.map((leaf) =>
    leaf.index === 3 ? { ...leaf, salt: null, payloadText: null } : leaf,
  );
  const pack = packOf(checkpoint, leaves);
  const report = await verifyPack(pack, people.trust, { erased: 'accept' });
  assert.equal(report.effects[0]?.status, 'unprovable');
});

test('a denial stands, whoever approved after it', async () => {
  const reviews: Course['reviews'] = (action) => [
    { ...reviewByPasskeyDenial(action) },
    reviewBy(ana, action),
  ];
  assert.deepEqual(await verifyCourse({ reviews }), ['APPROVAL_DENIED']);
});

function reviewByPasskeyDenial(action: Parameters<typeof statementOf>[0]) {
  const key = { keyId: ben.key.keyId, personId: 'ben' };
  const statement = statementOf(action, key, { verdict: 'deny' });
  return { statement, ...ben.assert(reviewMessage(statement)) };
}

test('a review recorded at the deadline is too late, one just before it is not', async () => {
  assert.deepEqual(await verifyCourse({ request: { deadlineAt: at(3) } }), ['APPROVAL_EXPIRED']);
  assert.deepEqual(await verifyCourse({ request: { deadlineAt: at(3.001) } }), []);
});

test('an intent at the end of the proposal or of the grant is too late, one just before is not', async () => {
  const binding = { expiresAt: at(100) };
  assert.deepEqual(await verifyCourse({ binding, intendedAt: at(100) }), ['BINDING_EXPIRED']);
  assert.deepEqual(await verifyCourse({ binding, intendedAt: at(99.999) }), []);
  assert.deepEqual(await verifyCourse({ grant: { expiresAt: at(5) } }), ['GRANT_EXPIRED']);
  assert.deepEqual(await verifyCourse({ grant: { expiresAt: at(5.001) } }), []);
  assert.deepEqual(await verifyCourse({ grant: { expiresAt: at(905) } }), []);
  assert.deepEqual(await verifyCourse({ grant: { expiresAt: at(905.001) } }), ['GRANT_TTL']);
});

test('a grant that names other approvers than the log is refused', async () => {
  assert.deepEqual(await verifyCourse({ grant: { approvedBy: ['ben'] } }), ['GRANT_MISMATCH']);
  assert.deepEqual(await verifyCourse({ grant: { approvedBy: [] } }), ['GRANT_MISMATCH']);
});

test('people asked for less than the policy demands, or about another action, do not count', async () => {
  const requirement = { roles: ['kill-lifter', 'finops'], quorum: 1, assurance: 'key' } as const;
  assert.deepEqual(await verifyCourse({ request: { requirement } }), ['REQUEST_MISMATCH']);
  assert.deepEqual(await verifyCourse({ request: { actionId: 'act_2' } }), ['REQUEST_MISMATCH']);
});

test('a grant for another action, or over other entries than the approvals, is refused', async () => {
  const { digest } = bindAction(testBinding({ nonce: 'nonce_2' }));
  assert.deepEqual(await verifyCourse({ grant: { digest } }), ['GRANT_MISMATCH']);
  assert.deepEqual(await verifyCourse({ grant: { approvalLogIndexes: [3, 0] } }), [
    'GRANT_MISMATCH',
  ]);
  assert.deepEqual(await verifyCourse({ grant: { approvalLogIndexes: [] } }), ['GRANT_MISMATCH']);
  assert.deepEqual(await verifyCourse({ grant: { approvalLogIndexes: [3] } }), []);
});

test('a denial by policy stands, whatever was decided after it', async () => {
  const { requirement: _, ...base } = asksFor();
  const beforeIntent: Course['beforeIntent'] = (log, { digest }) => {
    log.event({
      type: 'policy_decided',
      digest,
      decision: { ...base, type: 'deny', reason: 'no' },
    });
    log.event({ type: 'policy_decided', digest, decision: asksFor() });
  };
  assert.deepEqual(await verifyCourse({ beforeIntent }), ['POLICY_DENIED']);
});

test('the first resolution and the first request are the ones that count', async () => {
  const resolve: Course['beforeIntent'] = (log, { digest }) => {
    const denied = { type: 'denied', by: 'ben', reason: 'no' } as const;
    log.event({ type: 'approval_resolved', digest, resolution: denied });
    log.event({ type: 'approval_resolved', digest, resolution: { type: 'approved', by: ['ana'] } });
  };
  const without = ['approval_resolved'] as const;
  assert.deepEqual(await verifyCourse({ beforeIntent: resolve, without }), ['NOT_RESOLVED']);
  const ask: Course['beforeIntent'] = (log, action) =>
    void log.event({ type: 'approval_requested', request: requestFor(action, asksFor()) });
  assert.deepEqual(await verifyCourse({ beforeIntent: ask }), ['REQUEST_REPEATED']);
});

test('an entry of another case, or with the payload of another kind, is refused', async () => {
  const append = (kind: 'policy_decided' | 'approval_resolved', caseId: string) =>
    verifyCourse({
      beforeIntent: (log, { digest }) => {
        const payload = payloadOf({ type: 'policy_decided', digest, decision: asksFor() });
        log.append({ kind, caseId, facts: { digest }, payload });
      },
    });
  assert.deepEqual(await append('policy_decided', 'case_1'), []);
  assert.deepEqual(await append('policy_decided', 'case_2'), ['PROPOSAL_MISSING']);
  assert.deepEqual(await append('approval_resolved', 'case_1'), ['FACTS_MISMATCH']);
});

test('an erased proposal does not hide that a kill stood', async () => {
  const log = new MemoryLog(people);
  engage(log);
  runCase(log, people);
  const checkpoint = await log.publish();
  const leaves = log.entries.with(1, { ...log.entries[1]!, salt: null, payloadText: null });
  const report = await verifyPack(packOf(checkpoint, leaves), people.trust, { erased: 'accept' });
  assert.deepEqual(
    report.problems.map(({ code }) => code),
    ['KILLED'],
  );
});

test('a denial by policy, another bundle and another tenant are refused', async () => {
  const { requirement: _, ...base } = asksFor();
  const deny = { ...base, type: 'deny', reason: 'no rule' } as const;
  assert.deepEqual(await verifyCourse({ decision: deny }), ['POLICY_DENIED']);
  const decision = { ...asksFor(), policyBundleSha256: 'd'.repeat(64) };
  const foreign = ['POLICY_NOT_ACTIVE', 'DECISION_MISSING'];
  assert.deepEqual(await verifyCourse({ decision }), foreign);
  assert.deepEqual(await verifyCourse({ binding: { tenant: 'other' } }), ['TENANT_MISMATCH']);
  assert.deepEqual(await verifyCourse({ binding: { caseId: 'case_2' } }), ['CASE_MISMATCH']);
});

test('a second intent and a second effect of one action are refused', async () => {
  const log = new MemoryLog(people);
  const { digest } = runCase(log, people);
  const effect = { reference: 'req-2', facts: {} };
  log.event({ type: 'effect_performed', digest, effect, reconciled: true });
  assert.deepEqual(await verify(log), ['EFFECT_REPEATED']);
  const twice = new MemoryLog(people);
  const action = runCase(twice, people);
  const [intent] = twice.entries.filter(({ entry }) => entry.kind === 'effect_intended');
  assert.ok(intent?.payloadText);
  const event = JSON.parse(intent.payloadText) as Parameters<MemoryLog['event']>[0];
  twice.event(event);
  assert.deepEqual(await verify(twice), ['INTENT_REPEATED']);
  assert.equal(action.digest, digest);
});

test('a grant made after a crash is judged as the first one was', async () => {
  const resumed = async (how: {
    readonly kill?: boolean;
    readonly ttlMs?: number;
    readonly intended?: boolean;
    readonly performed?: boolean;
  }) => {
    const log = new MemoryLog(people);
    const without: Course['without'] = [
      ...(how.intended === false ? (['effect_intended'] as const) : []),
      ...(how.performed === true ? [] : (['effect_performed'] as const)),
    ];
    const { digest } = runCase(log, people, { without });
    if (how.kill) log.append({ kind: 'kill_engaged', caseId: null, facts: { killId: 'k' } });
    const time = at(log.entries.length);
    const grant = {
      digest,
      approvedBy: ['ana'],
      policyIds: ['cloud-change'],
      grantedAt: time,
      expiresAt: new Date(Date.parse(time) + (how.ttlMs ?? 600_000)).toISOString(),
      approvalLogIndexes: [3],
    };
    log.event({ type: 'effect_resumed', digest, grant }, time);
    if (how.performed !== true) {
      const effect = { reference: 'req-2', facts: {} };
      log.event({ type: 'effect_performed', digest, effect, reconciled: false });
    }
    const { problems, effects } = await verifyPack(await log.pack(), people.trust);
    return [problems.map(({ code }) => code), effects.map(({ status }) => status)];
  };
  assert.deepEqual(await resumed({}), [[], ['performed']]);
  assert.deepEqual(await resumed({ kill: true }), [['KILLED'], ['unauthorised']]);
  assert.deepEqual(await resumed({ ttlMs: 900_001 }), [['GRANT_TTL'], ['unauthorised']]);
  assert.deepEqual(await resumed({ ttlMs: 0 }), [['GRANT_EXPIRED'], ['unauthorised']]);
  assert.deepEqual(await resumed({ intended: false }), [['INTENT_REPEATED'], ['unauthorised']]);
  assert.deepEqual(await resumed({ performed: true }), [['INTENT_REPEATED'], ['unauthorised']]);
});

test('a proposal that shows another binding than it binds, or repeats an action, is refused', async () => {
  const log = new MemoryLog(people);
  const action = bindAction(testBinding());
  const shown = { ...action, binding: testBinding({ preview: 'Stops nothing.' }) };
  const propose = (actions: (typeof action)[]): void => {
    log.event({ type: 'proposal_made', proposal: { caseId: 'case_1', actions, withheld: [] } });
  };
  propose([shown]);
  assert.deepEqual(await verify(log), ['BINDING_MISMATCH']);
  propose([action]);
  propose([action]);
  assert.deepEqual(await verify(log), ['BINDING_MISMATCH', 'PROPOSAL_REPEATED']);
});

test('facts and payload that name different actions are refused', async () => {
  const log = new MemoryLog(people);
  const action = bindAction(testBinding());
  log.event({
    type: 'proposal_made',
    proposal: { caseId: 'case_1', actions: [action], withheld: [] },
  });
  const { digest } = action;
  const other = bindAction(testBinding({ nonce: 'nonce_2' })).digest;
  const payload = payloadOf({ type: 'policy_decided', digest: other, decision: asksFor() });
  log.append({ kind: 'policy_decided', caseId: 'case_1', facts: { digest }, payload });
  assert.deepEqual(await verify(log), ['FACTS_MISMATCH']);
});

function engage(log: MemoryLog): void {
  log.append({ kind: 'kill_engaged', caseId: null, facts: { killId: 'kill_1', reason: 'test' } });
}
function lift(log: MemoryLog, key: TestKey): void {
  const { keyId, personId, privateKey } = key;
  const statement = {
    v: 1,
    killId: 'kill_1',
    personId,
    keyId,
    liftedAt: at(1),
    comment: '',
  } as const;
  const payload = payloadOf(signKillLift(statement, privateKey));
  log.append({ kind: 'kill_lifted', caseId: null, facts: { killId: 'kill_1' }, payload });
}

test('nothing runs while a kill stands, and only a lift by the right person ends it', async () => {
  assert.deepEqual(await verifyCourse({}, engage), ['KILLED']);
  const liftedBy = (key: TestKey) => (log: MemoryLog) => {
    engage(log);
    lift(log, key);
  };
  assert.deepEqual(await verifyCourse({}, liftedBy(ana)), ['KILLED']);
  assert.deepEqual(await verifyCourse({}, liftedBy(cleo)), []);
  const again = (log: MemoryLog): void => {
    liftedBy(cleo)(log);
    engage(log);
  };
  assert.deepEqual(await verifyCourse({}, again), ['KILLED']);
});

test('an enrolled key counts from its entry on, and only while its link was valid', async () => {
  const device = passkeyDevice();
  const eva = { keyId: device.key.keyId, personId: 'eva' };
  const enrolment = signEnrolment(
    {
      v: 1,
      enrolmentKeyId: link.keyId,
      personId: 'eva',
      key: device.key,
      enrolledAt: at(0),
      nonce: 'n',
    },
    link.privateKey,
  );
  const enrol = (time?: string) => (log: MemoryLog) => {
    const payload = payloadOf(enrolment);
    log.append({ kind: 'approver_enrolled', caseId: null, facts: {}, payload }, time);
  };
  const reviews: Course['reviews'] = (action) => {
    const statement = statementOf(action, eva);
    return [{ statement, ...device.assert(reviewMessage(statement)) }];
  };
  assert.deepEqual(await verifyCourse({ reviews }), ['NOT_APPROVED']);
  assert.deepEqual(await verifyCourse({ reviews }, enrol()), []);
  assert.deepEqual(await verifyCourse({ reviews }, enrol(at(600))), ['NOT_APPROVED']);
  const late = new MemoryLog(people);
  runCase(late, people, { reviews });
  enrol()(late);
  assert.deepEqual(await verify(late), ['NOT_APPROVED']);
});

test('an entry of a critical kind whose payload is malformed is refused', async () => {
  const log = new MemoryLog(people);
  const facts = { digests: '' };
  log.append({ kind: 'proposal_made', caseId: 'case_1', facts, payload: { type: 'x' } });
  log.append({ kind: 'proposal_made', caseId: 'case_1', facts });
  log.append({ kind: 'review_submitted', caseId: 'case_1', facts: {} });
  log.append({ kind: 'kill_engaged', caseId: null, facts: {} });
  assert.deepEqual(
    await verify(log),
    Array.from({ length: 4 }, () => 'ENTRY_MALFORMED'),
  );
});
