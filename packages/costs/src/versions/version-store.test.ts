import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestLake, focusCsv } from '../lake.testing.ts';
import { versionIdOf } from './version-store.ts';

describe('the store of versions', () => {
  it('gives no path outside itself', async (t) => {
    const { versions } = await createTestLake(t);
    for (const id of ['..', 'v-1', `v-${'0'.repeat(32)}/..`, `v-${'0'.repeat(31)}G`, '']) {
      assert.throws(() => versions.directoryOf(id), { code: 'VERSION_UNKNOWN' }, id);
    }
    assert.equal(await versions.read(versionIdOf(['nothing'])), null);
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
    const script = `import { ingest, openVersionStore } from '@counterfoil/costs';
      const versions = await openVersionStore(process.argv[1]);
      console.log('begun');
      await ingest([process.argv[2]], { versions, clock: { nowMs: () => 0 }, memoryLimitMb: 300, onProgress: ({ stage }) => console.log(stage) });`;
    const args = ['--input-type=module', '-e', script, join(lake.directory, 'lake'), path];
    for (const stage of ['reading', 'loading', 'writing', 'checking', 'published']) {
      const child = spawn(process.execPath, args, {
        cwd: import.meta.dirname,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      let said = '';
      child.stdout.on('data', (chunk) => (said += chunk));
      while (!said.includes(stage) && child.exitCode === null) await sleep(2);
      child.kill('SIGKILL');
      await ended;
      const published = await lake.versions.list();
      assert.ok(
        published.every(({ rowsLoaded }) => rowsLoaded === rows.length),
        stage,
      );
      assert.equal(published.length, stage === 'published' ? 1 : 0, stage);
      await lake.versions.clean();
      const left = readdirSync(join(lake.directory, 'lake', 'versions'));
      assert.equal(left.filter((name) => name.endsWith('.partial')).length, 0, stage);
    }
    assert.equal((await lake.ingest(path)).status, 'known');
  });
});
