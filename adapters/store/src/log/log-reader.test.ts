import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openLogReader } from './log-reader.ts';

describe('reading a published log', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'log-reader-'));
    await mkdir(join(directory, 'log/tile/0/x001'), { recursive: true });
    await writeFile(join(directory, 'secret'), 'secret');
    await writeFile(join(directory, 'log/checkpoint'), 'note');
    await writeFile(join(directory, 'log/tile/0/x001/234'), 'tile');
  });
  after(() => rm(directory, { recursive: true }));

  it('gives the bytes of a file that is there and null for one that is not', async () => {
    const reader = openLogReader(join(directory, 'log'));
    assert.equal(Buffer.from((await reader.read('checkpoint')) ?? []).toString(), 'note');
    assert.equal(Buffer.from((await reader.read('tile/0/x001/234')) ?? []).toString(), 'tile');
    for (const path of ['tile/0/000', 'tile/63/000.p/255', 'tile/entries/x999/000.p/1']) {
      assert.equal(await reader.read(path), null);
    }
  });

  it('refuses every path that a log does not have', async () => {
    const reader = openLogReader(join(directory, 'log'));
    const paths = [
      '',
      '../secret',
      'tile/../../secret',
      'tile/0/../../../secret',
      '/checkpoint',
      'checkpoint/',
      'checkpoint\0',
      'checkpoint\n',
      'tile/64/000',
      'tile/0/00',
      'tile/0/x00/000',
      'tile/0/000.p/0',
      'tile/0/000.p/1000',
      'tile\\0\\000',
    ];
    for (const path of paths) {
      await assert.rejects(reader.read(path), { code: 'LOG_PATH_INVALID' }, path);
    }
  });
});
