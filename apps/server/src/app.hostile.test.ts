import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixtureOfFile } from '../test/support/fixture-of-file.ts';
import { rawRequest } from '../test/support/raw-request.ts';
import { BODY_BYTES_MAX } from './http/strict-body.ts';

const fixture = fixtureOfFile();

const codeOf = (text: string) => (JSON.parse(text) as { readonly code: string }).code;

test('a name that was rebound to this machine is not answered', async () => {
  for (const host of [
    'evil.example',
    `evil.example:${fixture.server.port}`,
    'localhost',
    '127.0.0.1',
  ]) {
    const answer = await rawRequest({
      port: fixture.server.port,
      path: '/api/session',
      headers: { host },
    });
    assert.equal(answer.status, 421, host);
    assert.equal(answer.headers['set-cookie'], undefined);
  }
});

test('a request that changes something needs our own origin', async () => {
  for (const origin of [
    'https://evil.example',
    'null',
    `http://127.0.0.1:${fixture.server.port}`,
  ]) {
    const answer = await fixture.client.post('/api/kill', { reason: 'x' }, { origin });
    assert.deepEqual([answer.status, answer.code], [403, 'ORIGIN_REFUSED'], origin);
  }
  const { origin: _origin, ...headers } = fixture.client.headers;
  const without = await rawRequest({
    port: fixture.server.port,
    path: '/api/kill',
    method: 'POST',
    headers,
    body: '{"reason":"x"}',
  });
  assert.equal(codeOf(without.text), 'ORIGIN_REFUSED');
  assert.deepEqual(await fixture.server.store.kills.read(), []);
});

test('a request that changes something needs a session', async () => {
  const answer = await fixture.client.post(
    '/api/kill',
    { reason: 'x' },
    { cookie: 'cf_session=guess' },
  );
  assert.deepEqual([answer.status, answer.code], [401, 'SESSION_REQUIRED']);
});

test('the session cookie is out of reach of script and of other sites', async () => {
  const answer = await rawRequest({ port: fixture.server.port, path: '/api/session' });
  const [cookie = ''] = [answer.headers['set-cookie'] ?? ''].flat();
  assert.match(cookie, /^cf_session=session_[A-Za-z0-9_-]{22};/);
  assert.match(cookie, /HttpOnly/);
  assert.match(cookie, /SameSite=Strict/);
});

/** A body of exactly so many bytes. */
const fill = (bytes: number) => `{"reason":"${'x'.repeat(bytes - '{"reason":""}'.length)}"}`;

test('a body of the limit is read and one byte more is not', async () => {
  const atLimit = await fixture.client.post('/api/kill', fill(BODY_BYTES_MAX));
  assert.equal(atLimit.code, 'REQUEST_MALFORMED', 'the reason is too long, but the body was read');
  const beyond = await fixture.client.post('/api/kill', fill(BODY_BYTES_MAX + 1));
  assert.deepEqual([beyond.status, beyond.code], [413, 'BODY_TOO_LARGE']);
});

test('a body that does not announce its length is stopped at the limit too', async () => {
  const piece = 'x'.repeat(16 * 1024);
  const answer = await rawRequest({
    port: fixture.server.port,
    path: '/api/kill',
    method: 'POST',
    headers: { ...fixture.client.headers, 'transfer-encoding': 'chunked' },
    chunks: ['{"reason":"', piece, piece, piece, piece, piece, '"}'],
  });
  assert.equal(answer.status, 413);
});

test('JSON that two readers could read differently is refused', async () => {
  const bodies = [
    '{"reason":"a","reason":"b"}',
    '{"reason":"cafe\u0301"}',
    '{"reason":"a"} {"reason":"b"}',
    '{"reason":"\\ud800"}',
    '{"reason":"a","__proto__":{}}',
    'reason=a',
  ];
  for (const body of bodies) {
    const answer = await fixture.client.post('/api/kill', body);
    assert.equal(answer.status, 400, body);
  }
  const form = await fixture.client.post('/api/kill', '{"reason":"a"}', {
    'content-type': 'text/plain',
  });
  assert.deepEqual([form.status, form.code], [415, 'BODY_NOT_JSON']);
  assert.deepEqual(await fixture.server.store.kills.read(), []);
});

test('no path reaches a file that is not of the console', async () => {
  const paths = [
    '/../package.json',
    '/assets/../../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/..%5c..%5cpackage.json',
    '//etc/passwd.txt',
    '/index.html%00.js',
    '/.env.js',
  ];
  for (const path of paths) {
    const answer = await rawRequest({ port: fixture.server.port, path });
    assert.doesNotMatch(answer.text, /"dependencies"|root:/, path);
    assert.notEqual(answer.status, 500, path);
  }
});

test('a redirect to the public address never leaves it', async () => {
  const answer = await rawRequest({
    port: fixture.server.port,
    path: '//evil.example/cases',
    headers: { host: `127.0.0.1:${fixture.server.port}` },
  });
  const location = answer.headers['location'];
  assert.equal(
    new URL(String(location ?? fixture.server.url), fixture.server.url).origin,
    fixture.server.url,
  );
});

test('every answer forbids other hosts, frames and sniffing', async () => {
  for (const path of ['/', '/api/session', '/api/nothing', '/nothing.js']) {
    const { headers } = await rawRequest({ port: fixture.server.port, path });
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /default-src 'self'/, path);
    assert.match(policy, /frame-ancestors 'none'/, path);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/, path);
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
    assert.equal(headers['access-control-allow-origin'], undefined, path);
    if (path.startsWith('/api/')) assert.equal(headers['cache-control'], 'no-store', path);
  }
});

test('an unknown route, method or parameter is a problem with a code, never a stack', async () => {
  const answers = await Promise.all([
    rawRequest({ port: fixture.server.port, path: '/api/nothing' }),
    rawRequest({ port: fixture.server.port, path: '/api/cases?limit=0' }),
    rawRequest({ port: fixture.server.port, path: '/api/cases?limit=101' }),
    rawRequest({ port: fixture.server.port, path: '/api/approvals/sha256:zz' }),
    rawRequest({ port: fixture.server.port, path: '/api/log?from=-1' }),
    rawRequest({
      port: fixture.server.port,
      path: '/api/session',
      method: 'PUT',
      headers: fixture.client.headers,
    }),
  ]);
  for (const { status, text } of answers) {
    assert.ok(status >= 400 && status < 500, text);
    assert.match(codeOf(text), /^[A-Z_]+$/);
    assert.doesNotMatch(text, /\bat .*\.ts|node_modules/);
  }
});
