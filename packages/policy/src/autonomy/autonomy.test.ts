import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  AutonomyFall,
  AutonomyLevel,
  AutonomyStore,
  BreakerOpening,
  DecisionMark,
  Digest,
  JsonObject,
  RecordedAutonomyAct,
  RecordedEffect,
  RecordedMark,
  RecordedOpening,
  RecordedRelease,
} from '@counterfoil/core';
import { effectiveAutonomy } from '@counterfoil/core';
import { baseRegistry, generatePersonKeys, readPrivateKey } from '@counterfoil/guard';
import { createAutonomyKeeper } from './autonomy-keeper.ts';
import { isSampled, judgeMarks } from './evidence.ts';
import { foldAutonomyActs } from './fold-acts.ts';
import { reportAutonomy } from './report.ts';
import { checkClosing, signAutonomy, signClosing, signMark } from './statements.ts';
import type { AutonomySettings } from './settings.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const HOUR_MS = 3_600_000;
const scope = { release: 'r1', environment: 'sandbox', kind: 'k' };
const settings: AutonomySettings = {
  ...{ configured: 'autonomous', limits: [], initial: 'approve' },
  ...{ accuracyMin: { approve: 0.8, autonomous: 0.9 }, reviewsMin: 50, falsePositivesMax: 0.1 },
  ...{ windowMs: 7 * 24 * HOUR_MS, sampleShare: 1 },
  breakers: [{ name: 'b', measure: 'remediations', windowMs: HOUR_MS, max: 2 }],
};

function person(personId: string, roles: readonly string[]) {
  const { keyId, privateKeyPem, publicKeySpki } = generatePersonKeys();
  const privateKey = readPrivateKey(privateKeyPem);
  const signedAt = new Date(NOW_MS).toISOString();
  const signer = { v: 1, personId, keyId, signedAt, comment: '' } as const;
  return {
    approver: {
      ...{ personId, displayName: personId, roles },
      keys: [{ keyId, publicKeySpki, type: 'ed25519' as const }],
    },
    set: (actId: string, level: AutonomyLevel, followsActId: string | null) =>
      signAutonomy({ ...signer, ...scope, actId, level, followsActId }, privateKey),
    mark: (digest: Digest, mark: DecisionMark) => signMark({ ...signer, digest, mark }, privateKey),
    close: (openingId: string) => signClosing({ ...signer, openingId }, privateKey),
  };
}

const ana = person('ana', ['autonomy-approver', 'decision-reviewer']);
const ben = person('ben', ['decision-reviewer']);
const cleo = person('cleo', []);
const registry = baseRegistry({
  approvers: [ana.approver, ben.approver, cleo.approver],
} as unknown as Parameters<typeof baseRegistry>[0]);

const set = (signed: unknown, atMs = NOW_MS): RecordedAutonomyAct => ({
  type: 'set',
  signed,
  atMs,
});
const fell = (change: Partial<AutonomyFall> = {}): RecordedAutonomyAct => ({
  type: 'fell',
  fall: { ...scope, actId: 'f', from: 'autonomous', level: 'copilot', reason: 'x', ...change },
  atMs: NOW_MS,
});
const fold = (...acts: readonly RecordedAutonomyAct[]) =>
  foldAutonomyActs(acts, { registry, initial: 'approve' });
const codes = (...acts: readonly RecordedAutonomyAct[]) =>
  fold(...acts).ignored.map(({ code }) => code);

test('a level rises by the signature of a person with the role only', () => {
  const [act] = fold(set(ana.set('a', 'autonomous', null))).acts;
  assert.equal(act?.level, 'autonomous');
  assert.deepEqual(codes(set(ben.set('a', 'autonomous', null))), ['ROLE_MISSING']);
  const forged = { ...ana.set('a', 'observe', null) };
  const changed = { ...forged, statement: { ...forged.statement, level: 'autonomous' } };
  assert.deepEqual(codes(set(changed)), ['SIGNATURE_INVALID']);
  assert.deepEqual(codes(set({ ...forged, extra: 1 })), ['AUTONOMY_MALFORMED']);
});

test('anybody registered lowers a level', () => {
  const { acts, ignored } = fold(set(cleo.set('a', 'observe', null)));
  assert.deepEqual([acts[0]?.level, ignored.length], ['observe', 0]);
});

test('a signature is taken once, follows the newest act, and was not kept back', () => {
  const first = set(ana.set('a', 'autonomous', null));
  assert.deepEqual(codes(first, first), ['ACT_REPEATED']);
  assert.deepEqual(codes(set(ana.set('a', 'autonomous', 'other'))), ['ACT_STALE']);
  assert.deepEqual(codes(first, fell(), set(ana.set('b', 'autonomous', 'a'))), ['ACT_STALE']);
  assert.deepEqual(codes(first, fell(), set(ana.set('b', 'autonomous', 'f'))), []);
  const signed = ana.set('a', 'autonomous', null);
  assert.deepEqual(codes(set(signed, NOW_MS + HOUR_MS)), []);
  assert.deepEqual(codes(set(signed, NOW_MS + HOUR_MS + 1)), ['SIGNED_EARLIER']);
});

test('a fall lowers, and what would raise is none', () => {
  assert.deepEqual(codes(fell({ level: 'autonomous' })), ['FALL_MISMATCH']);
  assert.equal(fold(fell()).acts[0]?.level, 'copilot');
});

const digestOf = (index: number): Digest => `sha256:${index.toString(16).padStart(64, '0')}`;
function recorded(
  signed: unknown,
  index: number,
  change: Partial<RecordedMark> = {},
): RecordedMark {
  const base = { ...scope, digest: digestOf(index), onBehalfOf: 'schedule', sampleSalt: 's' };
  return { ...base, signed, atMs: NOW_MS, ...change };
}

test('a mark counts when it is of its own decision, by a reviewer, and not by whom the case was for', () => {
  const given = { registry, sampleShare: 1 };
  const refused = (mark: RecordedMark) => judgeMarks([mark], given).ignored[0]?.code;
  assert.equal(judgeMarks([recorded(ben.mark(digestOf(1), 'right'), 1)], given).judged.length, 1);
  assert.equal(refused(recorded(ben.mark(digestOf(2), 'right'), 1)), 'MARK_MISMATCH');
  assert.equal(refused(recorded(cleo.mark(digestOf(1), 'right'), 1)), 'ROLE_MISSING');
  const own = recorded(ben.mark(digestOf(1), 'right'), 1, { onBehalfOf: 'ben' });
  assert.equal(refused(own), 'OWN_CASE');
});

test('a person may change their mind, and of two people the worse judgement counts', () => {
  const given = { registry, sampleShare: 1 };
  const judge = (...signed: readonly unknown[]) =>
    judgeMarks(
      signed.map((each) => recorded(each, 1)),
      given,
    ).judged.map(({ mark }) => mark);
  const [wrong, right] = [ben.mark(digestOf(1), 'wrong'), ben.mark(digestOf(1), 'right')];
  assert.deepEqual(judge(wrong, right), ['right']);
  assert.deepEqual(judge(wrong, ana.mark(digestOf(1), 'right')), ['wrong']);
});

test('the sample is a share of decisions that hangs on the salt', () => {
  const sampled = (sampleSalt: string) =>
    Array.from({ length: 4_000 }, (_, index) => digestOf(index)).filter((digest) =>
      isSampled({ digest, sampleSalt }, 0.25),
    );
  const [one, other] = [sampled('a'), sampled('b')];
  assert.ok(one.length > 880 && one.length < 1_120, `${one.length}`);
  assert.notDeepEqual(one, other);
  assert.equal(isSampled({ digest: digestOf(1), sampleSalt: 'a' }, 0), false);
  assert.equal(isSampled({ digest: digestOf(1), sampleSalt: 'a' }, 1), true);
});

interface World {
  marks: RecordedMark[];
  effects: RecordedEffect[];
  acts: RecordedAutonomyAct[];
  releases: RecordedRelease[];
  openings: RecordedOpening[];
  remediations: number;
  nowMs: number;
}

function createWorld(change: Partial<World> = {}) {
  const world: World = {
    ...{ marks: [], effects: [], acts: [], releases: [], openings: [] },
    ...{ remediations: 0, nowMs: NOW_MS },
    ...change,
  };
  const since = <Item extends { readonly atMs: number }>(items: readonly Item[], ms: number) =>
    items.filter(({ atMs }) => atMs >= ms);
  const store: AutonomyStore = {
    acts: async () => world.acts,
    set: async (signed: JsonObject) => void world.acts.push(set(signed, world.nowMs)),
    fall: async (fall) => void world.acts.push({ type: 'fell', fall, atMs: world.nowMs }),
    mark: async () => undefined,
    marks: async (ms) => since(world.marks, ms),
    decisions: async () => [],
    effects: async (ms) => since(world.effects, ms),
    recordShadow: async () => undefined,
    recordRelease: async () => undefined,
    releases: async () => world.releases,
    openings: async (ms) => world.openings.filter(({ opening }) => opening.openedAtMs >= ms),
    async open(opening) {
      const full: Omit<BreakerOpening, 'closedAtMs'> = { ...opening, openedAtMs: world.nowMs };
      world.openings.push({ opening: full, closings: [] });
    },
    close: async () => undefined,
    granted: async () => ({ remediations: world.remediations, cents: new Map() }),
    toolCalls: async () => 0,
    actionCounts: async () => [],
    toolCallCounts: async () => [],
  };
  const alarms: string[] = [];
  const clock = { nowMs: () => world.nowMs };
  const keeper = createAutonomyKeeper({
    ...{ store, settings, clock, releases: ['r1'], registry: async () => registry },
    onAlarm: (code) => alarms.push(code),
  });
  const levelOf = async (release = 'r1') => effectiveAutonomy(await keeper({ ...scope, release }));
  return { world, store, clock, alarms, levelOf };
}

const marksOf = (right: number, wrong: number, atMs = NOW_MS): RecordedMark[] =>
  Array.from({ length: right + wrong }, (_, index) =>
    recorded(ben.mark(digestOf(index), index < right ? 'right' : 'wrong'), index, { atMs }),
  );

test('bad judgements let a release fall to copilot once, for good, until a person signs', async () => {
  const { world, alarms, levelOf } = createWorld({ marks: marksOf(0, 5) });
  assert.equal(await levelOf(), 'copilot');
  assert.equal(await levelOf(), 'copilot');
  assert.deepEqual(alarms, ['AUTONOMY_FELL']);
  assert.equal(world.acts.length, 1);
  world.marks = [];
  assert.equal(await levelOf(), 'copilot', 'without evidence it stays down');
  const [fall] = world.acts;
  assert.ok(fall?.type === 'fell');
  world.acts.push(set(ben.set('no', 'approve', fall.fall.actId)));
  assert.equal(await levelOf(), 'copilot', 'ben may not raise it');
  world.marks = marksOf(0, 5);
  world.nowMs += 1;
  world.acts.push(set(ana.set('up', 'approve', fall.fall.actId), world.nowMs));
  assert.equal(await levelOf(), 'approve', 'what was judged before the signature is settled by it');
});

test('signed autonomy is upheld by enough right decisions only', async () => {
  const acts = [set(ana.set('a', 'autonomous', null))];
  const { world, levelOf } = createWorld({ acts, marks: marksOf(20, 0) });
  assert.equal(await levelOf(), 'approve');
  world.marks = marksOf(50, 0);
  assert.equal(await levelOf(), 'autonomous');
  world.nowMs += settings.windowMs + 1;
  assert.equal(await levelOf(), 'approve', 'the window has moved on');
  assert.equal(world.acts.length, 1, 'and nothing fell');
});

test('other contents under the name take a signed level back, and what was judged of the old ones', async () => {
  const acts = [set(ana.set('a', 'autonomous', null))];
  const { world, levelOf } = createWorld({ acts, marks: marksOf(50, 0) });
  const release = (digit: string, atMs: number) =>
    ({ name: 'r1', releaseSha256: digit.repeat(64), atMs }) as RecordedRelease;
  world.releases = [release('a', NOW_MS + 1)];
  assert.equal(await levelOf(), 'autonomous', 'the first contents are no change');
  world.releases.push(release('b', NOW_MS + 2));
  assert.equal(await levelOf(), 'approve');
  world.nowMs = NOW_MS + 3;
  world.acts.push(set(ana.set('b', 'autonomous', 'a'), world.nowMs));
  assert.equal(await levelOf(), 'approve', 'the judgements were of other contents');
  world.marks = marksOf(50, 0, NOW_MS + 3);
  assert.equal(await levelOf(), 'autonomous');
});

test('effects that were not confirmed count, and so does one that was taken back', async () => {
  const effect = (index: number, status: RecordedEffect['status']): RecordedEffect => ({
    ...{ ...scope, digest: digestOf(index), status, atMs: NOW_MS },
  });
  const statuses = [
    ...Array<'confirmed'>(14).fill('confirmed'),
    ...Array<'not_confirmed'>(4).fill('not_confirmed'),
  ];
  const effects = statuses.map((status, index) => effect(index, status));
  const { world, store, clock, levelOf } = createWorld({ effects });
  assert.equal(await levelOf(), 'approve');
  world.marks = [0, 1].map((index) => recorded(ben.mark(digestOf(index), 'undone'), index));
  const report = await reportAutonomy({ store, settings, clock }, registry);
  assert.deepEqual(report.scopes[0]?.evidence, {
    ...{ right: 0, wrong: 2, effects: 18, falsePositives: 6 },
  });
  assert.equal(await levelOf(), 'copilot');
});

test('a release that this installation does not run may do nothing', async () => {
  const { levelOf } = createWorld();
  assert.equal(await levelOf('r2'), 'observe');
});

test('a breaker stops at one more than its limit, for its window, or until it is closed by a signature', async () => {
  const { world, levelOf, alarms } = createWorld({ remediations: 2 });
  assert.equal(await levelOf(), 'approve');
  world.remediations = 3;
  assert.equal(await levelOf(), 'observe');
  assert.deepEqual(alarms, ['BREAKER_OPEN']);
  world.remediations = 0;
  assert.equal(await levelOf(), 'observe');
  assert.equal(world.openings.length, 1);
  const [first] = world.openings;
  assert.ok(first);
  const { openingId } = first.opening;
  const closed = (signed: unknown) => [{ ...first, closings: [{ signed, atMs: world.nowMs }] }];
  world.openings = closed(ben.close(openingId));
  assert.equal(await levelOf(), 'observe', 'ben may not close it');
  world.openings = closed(ana.close('another'));
  assert.equal(await levelOf(), 'observe', 'signed for another opening');
  world.openings = closed(ana.close(openingId));
  assert.equal(await levelOf(), 'approve');
  world.openings = [first];
  world.nowMs += HOUR_MS;
  assert.equal(await levelOf(), 'approve', 'its window is over');
  assert.equal(checkClosing(ana.close(openingId), openingId, registry).type, 'valid');
});
