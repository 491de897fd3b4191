import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openCheckpoint, proveEntry } from '@counterfoil/guard';
import { openLogReader } from '@counterfoil/store';
import { proofSource } from '@counterfoil/tlog';
import { BATCH_MAX, Integrator, superfluousPartials } from './integrator.ts';
import { recover } from './recover.ts';
import { memoryWitness, testKeys } from './testing/fake-witness.ts';
import { MemoryLogStore } from './testing/memory-log-store.ts';

function world() {
  const directory = mkdtempSync(join(tmpdir(), 'cf-log-'));
  const test = testKeys();
  const { origin, privateKey, keys } = test;
  const reader = openLogReader(directory);
  const store = new MemoryLogStore();
  const witness = memoryWitness(test);
  const options = { directory, origin, privateKey, reader, store, witness: witness.client };
  const start = async () => {
    const { logVerifierKey } = keys;
    const { size } = await recover({ directory, logVerifierKey, reader, store });
    return new Integrator(options, size);
  };
  const proveAll = async (): Promise<number> => {
    const text = String(await reader.read('checkpoint'));
    const { size } = openCheckpoint(text, keys);
    for (const index of new Set([0, 1, 254, 255, 256, size - 1])) {
      const entryText = store.leaves[index];
      if (index >= size || entryText === undefined) continue;
      await proveEntry({ source: proofSource(reader), trust: keys, entryText, index });
    }
    return size;
  };
  return { directory, store, witness, options, start, proveAll, reader, keys };
}

test('an empty log publishes a witnessed checkpoint of size 0, once', async () => {
  const { start, store, proveAll } = world();
  const integrator = await start();
  assert.equal(await integrator.round(), 0);
  assert.equal(await integrator.round(), 0);
  assert.equal(await proveAll(), 0);
  assert.equal(store.published.length, 1);
});

test('leaves are published under one checkpoint a batch, and every one is proven', async () => {
  const { start, store, proveAll } = world();
  const integrator = await start();
  for (const [count, size] of [
    [1, 1],
    [254, 255],
    [1, 256],
    [1, 257],
    [300, 557],
  ] as const) {
    store.add(count);
    assert.equal(await integrator.round(), count);
    assert.equal(await proveAll(), size);
  }
  assert.equal(store.published.length, 5);
  assert.equal(await integrator.round(), 0);
});

test('more leaves than a batch take several rounds', async () => {
  const { start, store } = world();
  const integrator = await start();
  store.add(BATCH_MAX + 1);
  assert.equal(await integrator.round(), BATCH_MAX);
  assert.equal(await integrator.round(), 1);
  assert.equal(integrator.size, BATCH_MAX + 1);
});

test('partial files are removed once their full tile is there', async () => {
  const { start, store, directory } = world();
  const integrator = await start();
  for (const count of [100, 100, 100]) {
    store.add(count);
    await integrator.round();
  }
  assert.deepEqual(readdirSync(join(directory, 'tile/0')).toSorted(), ['000', '001.p']);
  assert.deepEqual(readdirSync(join(directory, 'tile/entries')).toSorted(), ['000', '001.p']);
  assert.deepEqual(superfluousPartials(65_535, 65_536), [
    'tile/0/255.p',
    'tile/entries/255.p',
    'tile/1/000.p',
  ]);
  assert.deepEqual(superfluousPartials(256, 511), []);
});

test('while the witness is down nothing is published, and afterwards everything is', async () => {
  const { options, store, proveAll } = world();
  let down = true;
  const witness: typeof options.witness = async (body) => {
    if (down) throw new Error('down');
    return options.witness(body);
  };
  const integrator = new Integrator({ ...options, witness }, null);
  store.add(3);
  await assert.rejects(integrator.round());
  store.add(2);
  await assert.rejects(integrator.round());
  assert.equal(store.published.length, 0);
  down = false;
  assert.equal(await integrator.round(), 5);
  assert.equal(await proveAll(), 5);
});

test('a crash after any step loses nothing and forks nothing', async () => {
  const steps = ['assign', 'witness before', 'witness after', 'publish'] as const;
  for (const step of steps) {
    const { options, store, start, proveAll, witness } = world();
    const first = await start();
    store.add(5);
    await first.round();
    let armed = true;
    const crash = (at: (typeof steps)[number]): void => {
      if (armed && at === step) {
        armed = false;
        throw new Error(`crash at ${at}`);
      }
    };
    const crashing = new Integrator(
      {
        ...options,
        store: {
          range: store.range.bind(store),
          async assign(limit, isEntry) {
            const leaves = await store.assign(limit, isEntry);
            crash('assign');
            return leaves;
          },
          async publish(head) {
            crash('publish');
            return store.publish(head);
          },
        },
        async witness(body) {
          crash('witness before');
          const answer = await options.witness(body);
          crash('witness after');
          return answer;
        },
      },
      5,
    );
    store.add(7);
    await assert.rejects(crashing.round(), /crash/, step);
    store.add(2);
    const again = await start();
    while ((await again.round()) > 0);
    assert.equal(await proveAll(), 14, step);
    assert.equal(store.published.at(-1)?.size, 14, step);
    assert.ok(
      witness.state.refusals.every((status) => status === 409),
      step,
    );
  }
});

test('a witness that has seen more than one batch beyond is caught up with', async () => {
  const { store, start, proveAll, directory } = world();
  const integrator = await start();
  store.add(BATCH_MAX + 10);
  await integrator.round();
  await integrator.round();
  rmSync(directory, { recursive: true });
  store.published.length = 0;
  const again = await start();
  while ((await again.round()) > 0);
  assert.equal(await proveAll(), BATCH_MAX + 10);
});

test('a database that was set back behind the witness is refused, not signed over', async () => {
  const { options, store } = world();
  const integrator = new Integrator(options, null);
  store.add(5);
  await integrator.round();
  const older = new MemoryLogStore();
  older.add(3);
  const again = new Integrator({ ...options, store: older }, null);
  await again.round();
  await assert.rejects(again.round(), { code: 'LOG_BEHIND_WITNESS' });
  assert.equal(older.published.length, 0);
});

test('another history under the same log key is refused by the witness', async () => {
  const { options, store } = world();
  const integrator = new Integrator(options, null);
  store.add(5);
  await integrator.round();
  const forked = new MemoryLogStore();
  forked.add(5, 'forged');
  const again = new Integrator({ ...options, store: forked }, null);
  await assert.rejects(again.round(), { code: 'LOG_FORKED' });
  assert.equal(forked.published.length, 0);
});

test('missing, cut and altered files are written again from the database', async () => {
  for (const damage of [
    (directory: string) => rmSync(join(directory, 'tile/0/000')),
    (directory: string) => rmSync(join(directory, 'tile/entries/000')),
    (directory: string) => rmSync(join(directory, 'tile'), { recursive: true }),
    (directory: string) => writeFileSync(join(directory, 'tile/0/001.p/44'), 'cut'),
    (directory: string) => writeFileSync(join(directory, 'tile/1/000.p/1'), Buffer.alloc(32)),
    (directory: string) => writeFileSync(join(directory, 'checkpoint'), 'broken'),
    (directory: string) => rmSync(directory, { recursive: true }),
  ]) {
    const { store, start, proveAll, directory } = world();
    store.add(300);
    await (await start()).round();
    damage(directory);
    const again = await start();
    assert.equal(again.size, 300);
    assert.equal(await proveAll(), 300);
    assert.ok(existsSync(join(directory, 'tile/entries/000')));
  }
});

test('a bundle that a crash of the machine left with other bytes of the same length is written again', async () => {
  const { start, store, directory, proveAll } = world();
  store.add(300);
  await (await start()).round();
  const path = join(directory, 'tile/entries/000');
  const whole = readFileSync(path);
  const torn = Buffer.from(whole);
  torn[20]! ^= 1;
  writeFileSync(path, torn);
  await start();
  assert.deepEqual(readFileSync(path), whole);
  assert.equal(await proveAll(), 300);
});

test('a database that does not hold what was signed is an integrity error', async () => {
  const { store, start, directory } = world();
  store.add(10);
  await (await start()).round();
  store.leaves[4] = 'altered';
  rmSync(join(directory, 'tile'), { recursive: true });
  await assert.rejects(start(), { code: 'LOG_ALTERED', class: 'integrity' });
});

test('a checkpoint that the database has not heard of is told to it at start', async () => {
  const { store, start } = world();
  store.add(4);
  await (await start()).round();
  const [head] = store.published.splice(0);
  await start();
  assert.deepEqual(store.published, [head]);
});
