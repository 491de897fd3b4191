import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryLog, packOf, runCase, testTrust } from '../testing/world.ts';
import { verifyPack, type VerifyOptions } from './verify-pack.ts';

const people = testTrust();
const { trust } = people;

async function caseLog(): Promise<{ log: MemoryLog; checkpoint: string; pack: string }> {
  const log = new MemoryLog(people);
  runCase(log, people);
  const pack = await log.pack();
  return { log, checkpoint: String(await log.checkpoint()), pack };
}
const codes = async (pack: string, options?: VerifyOptions): Promise<readonly string[]> => {
  const report = await verifyPack(pack, trust, options);
  assert.equal(report.status === 'verified', report.problems.length === 0);
  return report.problems.map(({ code }) => code);
};
async function* bytesOf(pack: Uint8Array, step: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < pack.length; start += step) yield pack.subarray(start, start + step);
}

test('a pack is verified as text and as bytes in any pieces, with the same report', async () => {
  const { pack, log } = await caseLog();
  const whole = await verifyPack(pack, trust);
  assert.equal(whole.status, 'verified');
  assert.equal(whole.size, log.entries.length);
  assert.deepEqual(whole.effects[0]?.approvedBy, ['ana']);
  assert.equal(whole.effects[0]?.status, 'performed');
  for (const step of [1, 7, 4096]) {
    assert.deepEqual(await verifyPack(bytesOf(Buffer.from(pack), step), trust), whole);
  }
});

test('an empty log has a pack', async () => {
  assert.deepEqual(await codes(await new MemoryLog(people).pack()), []);
});

test('every single changed bit of a small pack is refused', async () => {
  const log = new MemoryLog(people);
  log.append({ kind: 'kill_engaged', caseId: null, facts: { killId: 'é', n: 1.5 } });
  log.append({ kind: 'ingest_completed', caseId: null, facts: {}, payload: { tag: 'ü\u2028' } });
  const bytes = Buffer.from(await log.pack());
  assert.equal((await verifyPack(bytesOf(bytes, bytes.length), trust)).status, 'verified');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    const report = await verifyPack(bytesOf(changed, changed.length), trust);
    assert.equal(report.status, 'rejected', `bit ${bit}: ${changed.toString()}`);
  }
});

test('a changed bit in any byte of a whole case is refused', async () => {
  const bytes = Buffer.from((await caseLog()).pack);
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes);
    changed[index]! ^= 1 << ((index * 5) & 7);
    const report = await verifyPack(bytesOf(changed, changed.length), trust);
    assert.equal(report.status, 'rejected', `byte ${index}`);
  }
});

test('an entry that is dropped, doubled, moved or put in is refused at every place', async () => {
  const { log, checkpoint } = await caseLog();
  const { entries } = log;
  const other = new MemoryLog(people);
  other.append({ kind: 'ingest_completed', caseId: null, facts: {} });
  const [foreign] = other.entries;
  assert.ok(foreign);
  for (let place = 0; place < entries.length; place += 1) {
    const entry = entries[place]!;
    const variants = {
      dropped: entries.toSpliced(place, 1),
      doubled: entries.toSpliced(place, 0, entry),
      inserted: entries.toSpliced(place, 0, foreign),
      replaced: entries.with(place, foreign),
      swapped: place > 0 ? entries.with(place, entries[place - 1]!).with(place - 1, entry) : [],
    };
    for (const [name, leaves] of Object.entries(variants)) {
      const found = await codes(packOf(checkpoint, leaves));
      const seen = found.includes('PACK_SIZE') || found.includes('ROOT_MISMATCH');
      assert.ok(seen, `${name} at ${place}: ${found.join()}`);
    }
  }
});

test('a pack with fewer or more entries than its checkpoint says so', async () => {
  const { log, checkpoint } = await caseLog();
  const { entries } = log;
  assert.ok((await codes(packOf(checkpoint, entries.slice(0, -1)))).includes('PACK_SIZE'));
  assert.ok(
    (await codes(packOf(checkpoint, entries.concat(entries.slice(0, 1))))).includes('PACK_SIZE'),
  );
});

test('a pack that is cut anywhere is refused', async () => {
  const { pack } = await caseLog();
  for (let end = 0; end < pack.length; end += 13) {
    assert.notDeepEqual(await codes(pack.slice(0, end)), [], `cut at ${end}`);
  }
  assert.deepEqual(await codes(pack.slice(0, -1)), ['PACK_MALFORMED']);
});

test('a pack set back to an older head is refused where a newer head is known', async () => {
  const log = new MemoryLog(people);
  log.append({ kind: 'ingest_completed', caseId: null, facts: {} });
  const older = await log.pack();
  log.append({ kind: 'ingest_completed', caseId: null, facts: {} });
  const newer = await log.pack();
  const minimumCheckpoint = String(await log.checkpoint());
  assert.deepEqual(await codes(older), []);
  assert.deepEqual(await codes(older, { minimumCheckpoint }), ['PACK_TRUNCATED']);
  assert.deepEqual(await codes(newer, { minimumCheckpoint }), []);
  log.append({ kind: 'ingest_completed', caseId: null, facts: {} });
  assert.deepEqual(await codes(await log.pack(), { minimumCheckpoint }), []);
});

test('a forked log is refused where a head of the other branch is known, even if log and witness signed both', async () => {
  const branch = async (secret: string) => {
    const log = new MemoryLog(people);
    log.append({ kind: 'ingest_completed', caseId: null, facts: { secret } });
    const note = await log.publish();
    log.append({ kind: 'ingest_completed', caseId: null, facts: {} });
    return { note, pack: await log.pack() };
  };
  const [left, right] = [await branch('left'), await branch('right')];
  assert.deepEqual(await codes(left.pack, { minimumCheckpoint: left.note }), []);
  assert.deepEqual(await codes(left.pack, { minimumCheckpoint: right.note }), ['PACK_FORKED']);
});

test('whoever holds the database and the log key, but not the witness, convinces nobody', async () => {
  const log = new MemoryLog(people);
  runCase(log, people);
  const rewritten = await log.pack({ witnessKey: testTrust().witnessKey });
  assert.deepEqual(await codes(rewritten), ['CHECKPOINT_UNSIGNED']);
  const forged = await log.pack({ logKey: testTrust().logKey });
  assert.deepEqual(await codes(forged), ['CHECKPOINT_UNSIGNED']);
});

test('a payload other than the one committed to is refused', async () => {
  const { log, checkpoint } = await caseLog();
  const [first, second] = log.entries;
  assert.ok(first && second);
  const swapped = { ...second, payloadText: first.payloadText, salt: first.salt };
  assert.deepEqual(await codes(packOf(checkpoint, log.entries.with(1, swapped))), [
    'PAYLOAD_MISMATCH',
    'DECISION_MISSING',
  ]);
});

test('a leaf that its writer spoiled rejects the pack, and every effect of others is judged all the same', async () => {
  const log = new MemoryLog(people);
  log.append({ kind: 'tool_called', caseId: 'case_2', facts: {}, payload: { said: 1 } });
  runCase(log, people);
  const [first] = log.entries;
  assert.ok(first);
  const spoiled = log.entries.with(0, { ...first, payloadText: '{"said":2}' });
  const report = await verifyPack(packOf(await log.publish(), spoiled), trust);
  assert.deepEqual(
    report.problems.map(({ code, index }) => [code, index]),
    [['PAYLOAD_MISMATCH', 0]],
  );
  assert.equal(report.status, 'rejected');
  assert.deepEqual(
    [report.effects[0]?.status, report.effects[0]?.approvedBy],
    ['performed', ['ana']],
  );
});

test('an erased payload that a proof needs rejects, or is reported, as the caller decides', async () => {
  const { log, checkpoint } = await caseLog();
  for (const [index, { entry }] of log.entries.entries()) {
    const erased = { ...log.entries[index]!, salt: null, payloadText: null };
    const pack = packOf(checkpoint, log.entries.with(index, erased));
    const report = await verifyPack(pack, trust);
    const accepted = await verifyPack(pack, trust, { erased: 'accept' });
    assert.equal(report.erasedPayloads, 1);
    assert.equal(accepted.status, 'verified', entry.kind);
    if (entry.kind === 'effect_performed') {
      assert.equal(report.status, 'verified');
      continue;
    }
    assert.deepEqual(
      report.problems.map(({ code }) => code),
      ['UNPROVABLE'],
      entry.kind,
    );
    assert.equal(report.effects[0]?.status, 'unprovable');
    assert.deepEqual(accepted.effects[0]?.approvedBy, []);
  }
});

test('unknown members, another format, other bytes than UTF-8 and a byte order mark are refused', async () => {
  const { pack } = await caseLog();
  const bytes = Buffer.from(pack);
  const wrong = [
    pack.replace('"format"', '"forma"'),
    pack.replace('counterfoil-pack-v1', 'counterfoil-pack-v2'),
    pack.replace('{"checkpoint"', '{"a":1,"checkpoint"'),
    pack.replace('\n{"entry"', '\n{"a":1,"entry"'),
    pack.replaceAll('\n', '\r\n'),
    `${pack}\n`,
    `\ufeff${pack}`,
    '',
  ];
  for (const text of wrong) assert.notDeepEqual(await codes(text), [], text.slice(0, 80));
  const broken = Buffer.concat([bytes.subarray(0, -1), Buffer.of(0xff), bytes.subarray(-1)]);
  assert.equal((await verifyPack(bytesOf(broken, 64), trust)).status, 'rejected');
});
