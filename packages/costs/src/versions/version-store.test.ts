import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createTestLake, focusCsv, type TestLake } from '../lake.testing.ts';
import { versionIdOf } from './version-store.ts';

describe('the store of versions', () => {
  it('gives no path outside itself', async (t) => {
    const { versions } = await createTestLake(t);
    for (const id of ['..', 'v-1', `v-${'0'.repeat(32)}/..`, `v-${'0'.repeat(31)}G`, '']) {
      assert.throws(() => versions.directoryOf(id), { code: 'VERSION_UNKNOWN' }, id);
    }
    assert.equal(
      await versions.read(versionIdOf([{ partId: 'p-0', billingPeriods: 'all' }])),
      null,
    );
  });

  it('fails visibly on a manifest that somebody damaged', async (t) => {
    const lake = await createTestLake(t);
    const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv([{}])));
    const path = join(lake.versions.directoryOf(manifest.versionId), 'manifest.json');
    chmodSync(path, 0o644);
    writeFileSync(path, '{');
    await assert.rejects(lake.versions.list(), { code: 'MANIFEST_DAMAGED', class: 'integrity' });
  });

  it('lists the newest first', async (t) => {
    const lake = await createTestLake(t);
    const a = await lake.ingest(lake.file('a.csv', focusCsv([{ ResourceId: 'a' }])));
    const b = await lake.ingest(lake.file('b.csv', focusCsv([{ ResourceId: 'b' }])));
    const listed = (await lake.versions.list()).map(({ versionId }) => versionId);
    assert.deepEqual(listed, [b.manifest.versionId, a.manifest.versionId]);
  });

  it('shows no half version, whenever the process is killed, and is clean at the next start', async (t) => {
    const lake = await createTestLake(t);
    const rows = Array.from({ length: 4_000 }, (_, at) => ({ ResourceId: `i-${at}` }));
    const path = lake.file('a.csv', focusCsv(rows));
    for (const stage of ['reading', 'loading', 'checking', 'writing', 'published']) {
      await killedIngest(lake, [path], (said) => said.includes(stage));
      const published = await lake.versions.list();
      assert.ok(
        published.every(({ rowsLoaded }) => rowsLoaded === rows.length),
        stage,
      );
      if (stage !== 'writing') assert.equal(published.length, stage === 'published' ? 1 : 0, stage);
      await lake.versions.clean(NOW_MS);
      for (const folder of ['versions', 'parts']) {
        const left = readdirSync(join(lake.directory, 'lake', folder));
        assert.equal(left.filter((name) => name.endsWith('.partial')).length, 0, stage);
      }
    }
    assert.equal((await lake.ingest(path)).status, 'known');
  });

  it('goes on with the next file where an ingest of ten was killed', async (t) => {
    const lake = await createTestLake(t);
    const paths = Array.from({ length: 10 }, (_, at) =>
      lake.file(`${at}.csv`, focusCsv([{ ResourceId: `r-${at}` }, { ResourceId: `s-${at}` }])),
    );
    await killedIngest(lake, paths, (said) => said.includes('loading 6'));
    assert.deepEqual(await lake.versions.list(), []);
    await lake.versions.clean(NOW_MS);
    const before = partsOf(lake);
    assert.ok(before.size >= 6 && before.size < 10, `${before.size} parts`);
    const { manifest } = await lake.ingest(...paths);
    assert.equal(manifest.rowsLoaded, 20);
    const after = partsOf(lake);
    assert.equal(after.size, 10);
    for (const [name, inode] of before) assert.equal(after.get(name), inode, name);
  });

  it('takes over the parts of files that an earlier version has, and reads each under its own number', async (t) => {
    const lake = await createTestLake(t);
    const a = lake.file('a.csv', focusCsv([{ ResourceId: 'a' }]));
    await lake.ingest(a);
    const before = partsOf(lake);
    const b = lake.file(
      'b.csv',
      focusCsv([{ ResourceId: 'b', BilledCost: 'x' }, { ResourceId: 'c' }]),
    );
    const { manifest } = await lake.ingest(b, a);
    assert.equal(partsOf(lake).size, 2);
    for (const [name, inode] of before) assert.equal(partsOf(lake).get(name), inode);
    assert.deepEqual(
      manifest.problems.map(({ file, row }) => [file, row]),
      [['b.csv', 1]],
    );
    const version = await lake.open(manifest.versionId);
    const rows = await version.scoped('all').rows.rows({
      sql: 'SELECT ResourceId, x_SourceFile, x_SourceRow FROM scoped ORDER BY 2, 3',
      parameters: [],
    });
    assert.deepEqual(rows, [
      ['a', '0', '1'],
      ['c', '1', '2'],
    ]);
  });

  it('keeps a part that no version lists for a week', async (t) => {
    const lake = await createTestLake(t);
    const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv([{}])));
    const [listed = ''] = partsOf(lake).keys();
    const folder = join(lake.directory, 'lake', 'parts');
    const unlisted = `p-${'0'.repeat(32)}`;
    mkdirSync(join(folder, unlisted));
    for (const name of [listed, unlisted]) utimesSync(join(folder, name), 0, 0);
    const weekMs = 7 * 86_400_000;
    assert.deepEqual(await lake.versions.clean(weekMs - 1), []);
    assert.deepEqual(await lake.versions.clean(weekMs), [unlisted]);
    assert.deepEqual([...partsOf(lake).keys()], [listed]);
    assert.equal(manifest.parts[0]?.partId, listed);
  });

  it('leaves versions of an older program out, and says what to do about one that is asked for', async (t) => {
    const lake = await createTestLake(t);
    const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv([{}])));
    const old = `v-${'0'.repeat(32)}`;
    mkdirSync(lake.versions.directoryOf(old));
    const path = join(lake.versions.directoryOf(old), 'manifest.json');
    writeFileSync(path, JSON.stringify({ v: 1, versionId: old }));
    assert.deepEqual(
      (await lake.versions.list()).map(({ versionId }) => versionId),
      [manifest.versionId],
    );
    await assert.rejects(lake.versions.read(old), { code: 'VERSION_OUTDATED', class: 'conflict' });
  });
});

const NOW_MS = Date.UTC(2026, 3, 1);

const SCRIPT = `import { ingest } from '../ingest/ingest.ts';
  import { openVersionStore } from './version-store.ts';
  const [lake, ...paths] = process.argv.slice(1);
  const versions = await openVersionStore(lake);
  await ingest(paths, { versions, clock: { nowMs: () => 0 }, memoryLimitMb: 300,
    onProgress: ({ stage, filesDone }) => console.log(stage, filesDone) });`;

/** Ingests in a process that is killed as soon as what it said is enough. */
async function killedIngest(
  lake: TestLake,
  paths: readonly string[],
  isEnough: (said: string) => boolean,
): Promise<void> {
  const args = ['--input-type=module', '-e', SCRIPT, join(lake.directory, 'lake'), ...paths];
  const child = spawn(process.execPath, args, {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
    if (isEnough(said)) child.kill('SIGKILL');
  });
  await ended;
  assert.ok(isEnough(said), said);
}

/** Whole parts and the inodes of their rows. */
function partsOf(lake: TestLake): ReadonlyMap<string, number> {
  const folder = join(lake.directory, 'lake', 'parts');
  return new Map(
    readdirSync(folder)
      .filter((name) => !name.includes('.'))
      .map((name) => [name, statSync(join(folder, name, 'charges.parquet')).ino]),
  );
}
