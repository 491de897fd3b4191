import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { writeWhole } from './write-whole.ts';

function inFolder(run: (folder: string) => Promise<void> | void): () => Promise<void> {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'write-whole-'));
    try {
      await run(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

test(
  'the file has the content and the rights asked for, and nothing else is left',
  inFolder((folder) => {
    const file = join(folder, 'key.pem');
    writeWhole(file, 'first', { mode: 0o600 });
    writeWhole(file, 'second', { mode: 0o600 });
    assert.equal(readFileSync(file, 'utf8'), 'second');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['key.pem']);
  }),
);

test(
  'a writer killed at any moment leaves a whole file',
  inFolder(async (folder) => {
    const file = join(folder, 'register.json');
    const module = new URL('./write-whole.ts', import.meta.url).href;
    const program = `import { writeWhole } from ${JSON.stringify(module)};
      for (let n = 0; ; n += 1) writeWhole(${JSON.stringify(file)}, JSON.stringify({ n, pad: 'x'.repeat(50_000) }), { mode: 0o600 });`;
    for (let round = 0; round < 5; round += 1) {
      const writer = spawn(process.execPath, ['--input-type=module', '-e', program]);
      await sleep(300 + round * 37);
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      const { pad } = JSON.parse(readFileSync(file, 'utf8')) as { readonly pad: string };
      assert.equal(pad.length, 50_000);
    }
  }),
);
