import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryLog, testTrust } from '../testing/world.ts';
import { openLogCheckpoint, signCheckpoint } from './checkpoint.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { formatAddCheckpoint, judgeCheckpoint, parseAddCheckpoint, UNSEEN } from './witness.ts';

const people = testTrust();
const { trust, logKey } = people;

async function logOf(size: number, secret = 'a') {
  const log = new MemoryLog(people);
  for (let index = 0; index < size; index += 1) {
    const facts = { secret: index < 3 ? 'common' : secret };
    log.append({ kind: 'ingest_completed', caseId: null, facts });
  }
  const note = await log.publish();
  const head = openLogCheckpoint(note, trust.logVerifierKey);
  return { log, head, checkpointText: signCheckpoint(head, logKey) };
}
const judge = (body: string, last = UNSEEN) => judgeCheckpoint(body, last, trust.logVerifierKey);
const statusOf = (body: string, last = UNSEEN) => {
  const verdict = judge(body, last);
  return verdict.type === 'cosign' ? 200 : verdict.status;
};

test('a request is read back as it was written', async () => {
  const { checkpointText } = await logOf(4);
  const request = { oldSize: 3, proof: [Buffer.alloc(32, 1), Buffer.alloc(32, 2)], checkpointText };
  assert.deepEqual(parseAddCheckpoint(formatAddCheckpoint(request)), request);
});

test('the first head and every consistent one after it are cosigned', async () => {
  const { log, head, checkpointText } = await logOf(5);
  const first = judge(formatAddCheckpoint({ oldSize: 0, proof: [], checkpointText }));
  assert.equal(first.type, 'cosign');
  for (let index = 0; index < 4; index += 1) {
    log.append({ kind: 'ingest_completed', caseId: null, facts: {} });
  }
  await log.publish();
  const next = openLogCheckpoint(String(await log.checkpoint()), trust.logVerifierKey);
  const body = formatAddCheckpoint({
    oldSize: 5,
    proof: log.consistency(5, 9),
    checkpointText: signCheckpoint(next, logKey),
  });
  const verdict = judge(body, head);
  assert.deepEqual(verdict.type === 'cosign' && verdict.head, { size: 9, rootHash: next.rootHash });
});

test('the same head is cosigned again, another head of the same size never', async () => {
  const { head, checkpointText } = await logOf(5);
  const again = formatAddCheckpoint({ oldSize: 5, proof: [], checkpointText });
  assert.equal(statusOf(again, head), 200);
  const fork = await logOf(5, 'b');
  const forked = formatAddCheckpoint({ ...fork, oldSize: 5, proof: [] });
  assert.equal(statusOf(forked, head), 409);
});

test('a fork that was signed with the stolen log key is refused', async () => {
  const { head } = await logOf(5);
  const fork = await logOf(9, 'b');
  const proof = fork.log.consistency(5, 9);
  const body = formatAddCheckpoint({ ...fork, oldSize: 5, proof });
  assert.equal(statusOf(body, head), 422);
});

test('a shorter log, a wrong old size and a useless proof are refused as the specification says', async () => {
  const { log, head, checkpointText } = await logOf(5);
  const shorter = await logOf(3);
  assert.equal(statusOf(formatAddCheckpoint({ ...shorter, oldSize: 5, proof: [] }), head), 400);
  const behind = judge(formatAddCheckpoint({ ...shorter, oldSize: 3, proof: [] }), head);
  assert.deepEqual(behind, {
    type: 'refuse',
    status: 409,
    body: '5\n',
    contentType: 'text/x.tlog.size',
  });
  const forgotten = formatAddCheckpoint({ oldSize: 0, proof: [], checkpointText });
  assert.equal(statusOf(forgotten, head), 409);
  const proof = log.consistency(3, 5);
  const three = { ...shorter.head };
  assert.equal(statusOf(formatAddCheckpoint({ oldSize: 3, proof, checkpointText }), three), 200);
  const cut = formatAddCheckpoint({ oldSize: 3, proof: proof.slice(1), checkpointText });
  assert.equal(statusOf(cut, three), 422);
  const needless = formatAddCheckpoint({ oldSize: 0, proof, checkpointText });
  assert.equal(statusOf(needless), 422);
});

test('an unknown log is 404, a checkpoint that the log did not sign 403, a broken request 400', async () => {
  const { head, checkpointText } = await logOf(5);
  const foreign = signCheckpoint({ ...head, origin: 'another.test/log' }, logKey);
  const request = (text: string) =>
    formatAddCheckpoint({ oldSize: 0, proof: [], checkpointText: text });
  assert.equal(statusOf(request(foreign)), 404);
  assert.equal(statusOf(request(signCheckpoint(head, testTrust().logKey))), 403);
  const body = request(checkpointText);
  for (const broken of [
    '',
    'old 0\n',
    body.replace('old 0', 'old 00'),
    body.replace('old 0', 'old -1'),
    body.replace('old 0', 'older 0'),
    body.replace('old 0\n', 'old 0\nnot base64!\n'),
    body.replace('old 0\n', `old 0\n${`${EMPTY_ROOT.toString('base64')}\n`.repeat(64)}`),
    body.trimEnd(),
  ]) {
    assert.equal(statusOf(broken), 400, broken);
  }
});

test('an empty log is cosigned only with the root of the empty tree', () => {
  const empty = { origin: trust.origin, size: 0, rootHash: EMPTY_ROOT };
  const body = (rootHash: Buffer) =>
    formatAddCheckpoint({
      oldSize: 0,
      proof: [],
      checkpointText: signCheckpoint({ ...empty, rootHash }, logKey),
    });
  assert.equal(statusOf(body(EMPTY_ROOT)), 200);
  assert.equal(statusOf(body(Buffer.alloc(32))), 409);
});
