import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Hono } from 'hono';
import { consoleFiles } from './console-files.ts';

let directory: string;
let app: Hono;

before(() => {
  directory = mkdtempSync(join(tmpdir(), 'counterfoil-console-'));
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, 'index.html'), '<title>console</title>');
  writeFileSync(join(directory, 'assets', 'index-1.js'), 'start();');
  writeFileSync(join(directory, 'secret.pem'), 'not for the web');
  app = new Hono();
  app.use(consoleFiles(directory, new URL('http://localhost:4180')));
});

after(() => rmSync(directory, { recursive: true }));

const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  app.request(path, { headers: { host: 'localhost:4180', ...headers } });

test('every page of the console answers with its index', async () => {
  for (const path of ['/', '/approvals/sha256:00', '/cases/case_1']) {
    const answer = await get(path);
    assert.equal(await answer.text(), '<title>console</title>', path);
    assert.equal(answer.headers.get('cache-control'), 'no-cache');
  }
});

test('a named file is served for ever, compressed where the reader can', async () => {
  const plain = await get('/assets/index-1.js');
  assert.equal(await plain.text(), 'start();');
  assert.match(plain.headers.get('cache-control') ?? '', /immutable/);
  const zipped = await get('/assets/index-1.js', { 'accept-encoding': 'br, gzip;q=0.5' });
  assert.equal(zipped.headers.get('content-encoding'), 'gzip');
  const known = await get('/assets/index-1.js', {
    'if-none-match': plain.headers.get('etag') ?? '',
  });
  assert.equal(known.status, 304);
});

test('a file of another type, a missing one and the API are not answered here', async () => {
  for (const path of ['/secret.pem', '/assets/gone.js', '/api/cases']) {
    assert.equal((await get(path)).status, 404, path);
  }
});

test('a page asked for by address is sent to the public name, where passkeys work', async () => {
  const answer = await get('/approvals', { host: '127.0.0.1:4180' });
  assert.equal(answer.headers.get('location'), 'http://localhost:4180/approvals');
});
