import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { callLake } from './connection.ts';
import { openCaseLake } from './case-lake.ts';
import { openLakeAdmin } from './lake-admin.ts';

describe('the client of the lake', () => {
  let directory: string;
  let server: Server | undefined;
  const address = () => ({ socket: join(directory, 'lake.sock'), token: 'secret' });
  const serve = (answer: (response: ServerResponse, path: string) => void) =>
    new Promise<void>((resolve) => {
      server = createServer((request, response) => {
        request.resume();
        answer(response, `${request.headers.authorization} ${request.method} ${request.url}`);
      }).listen(address().socket, resolve);
    });
  const get = (silenceMsMax = 1_000) =>
    callLake(address(), { method: 'GET', path: '/versions', silenceMsMax });

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'lake-client-'));
  });
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  it('fails as unavailable where nobody listens', async () => {
    await assert.rejects(get(), { class: 'upstream', code: 'UNAVAILABLE' });
  });

  it('shows its token, and keeps a case id within its own path', async () => {
    let seen = '';
    await serve((response, path) => {
      seen = path;
      response.end('{"queryId":"q","causes":[],"leaves":0}');
    });
    await openCaseLake(address()).localise('../versions?x#y');
    assert.equal(seen, 'Bearer secret POST /cases/..%2Fversions%3Fx%23y/localise');
  });

  it('gives progress line by line, also where a line or a character is cut in two', async () => {
    await serve((response) => {
      const bytes = Buffer.from(
        '{"type":"progress","stage":"reading","file":"kö.csv"}\n{"type":"report","status":"known"}\n',
      );
      const cut = bytes.indexOf(0xb6);
      response.write(bytes.subarray(0, cut));
      setTimeout(() => response.end(bytes.subarray(cut)), 20);
    });
    const files: (string | null)[] = [];
    const reply = await openLakeAdmin(address()).ingest({ paths: ['x'] }, ({ file }) =>
      files.push(file),
    );
    assert.deepEqual(files, ['kö.csv']);
    assert.equal(reply.status, 'known');
  });

  for (const [name, text, code] of [
    [
      'a reply that ends before its answer',
      '{"type":"progress","stage":"reading"}\n',
      'UNAVAILABLE',
    ],
    ['an empty reply', '', 'UNAVAILABLE'],
    ['a reply that is not JSON', '<html>', 'REPLY_MALFORMED'],
    ['a reply that is no object', '[1]', 'REPLY_MALFORMED'],
    ['an error of a class that it does not know', '{"error":{"class":"odd","code":"X"}}', 'X'],
  ] as const) {
    it(`fails as an upstream error on ${name}`, async () => {
      await serve((response) => response.end(text));
      await assert.rejects(get(), { class: 'upstream', code });
    });
  }

  it('passes on the lake own refusal with its class, code and remedy', async () => {
    for (const errorClass of ['input', 'limit', 'conflict']) {
      const error = { class: errorClass, code: 'SOME_CODE', message: 'no', remedy: 'yes' };
      await serve((response) => response.writeHead(400).end(JSON.stringify({ error })));
      await assert.rejects(get(), { class: errorClass, code: 'SOME_CODE', remedy: 'yes' });
      server?.closeAllConnections();
      await new Promise((resolve) => server?.close(resolve));
    }
  });

  it('fails as a timeout when the lake falls silent, and as unavailable when it breaks off', async () => {
    await serve(() => {});
    await assert.rejects(get(50), { class: 'upstream', code: 'TIMEOUT' });
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    await serve((response) => {
      response.write('{"type":"progress"}\n{"rows":');
      setTimeout(() => response.destroy(), 20);
    });
    await assert.rejects(get(), { class: 'upstream', code: 'UNAVAILABLE' });
  });

  it('refuses an answer that lacks what it promises', async () => {
    await serve((response) => response.end('{"rows":[]}'));
    const query = {
      measures: ['BilledCost'],
      groupBy: [],
      filter: {},
      fromDate: '2026-01-01',
      toDate: '2026-01-02',
    } as const;
    await assert.rejects(openCaseLake(address()).query('case', query), { code: 'REPLY_MALFORMED' });
  });
});
