import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';
import { socketDirectoryFor } from './socket-directory.ts';

const AS_ROOT = process.getuid?.() === 0;

describe('the embedded server', () => {
  const directory = mkdtempSync(join(tmpdir(), 'embedded-'));
  chmodSync(directory, 0o755);
  const lines: string[] = [];
  const start = (name = 'postgres'): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({
      dataDirectory: join(directory, name),
      socketDirectory: socketDirectoryFor(join(directory, name)),
      log: (line) => lines.push(line),
    });
  const servers = new Map<string, EmbeddedPostgres>();
  const started = async (name?: string): Promise<EmbeddedPostgres> => {
    const server = await start(name);
    servers.set(server.dataDirectory, server);
    return server;
  };
  after(async () => {
    for (const server of servers.values()) {
      await server.stop();
      rmSync(server.socketDirectory, { recursive: true, force: true });
      rmSync(join(server.dataDirectory, '..'), { recursive: true, force: true });
    }
    rmSync(directory, { recursive: true, force: true });
  });

  it('is made at the first start, listens on its socket alone, and asks for the password', async () => {
    const server = await started();
    assert.equal(server.reused, false);
    assert.equal(await ask(server, 'show listen_addresses'), '');
    assert.equal(await ask(server, 'show fsync'), 'on');
    assert.equal(await ask(server, 'show synchronous_commit'), 'on');
    assert.equal(await ask(server, 'show password_encryption'), 'scram-sha-256');
    assert.match(await ask(server, 'show server_version'), /^18\./);
    const wrong = server.superuserUrl.replace(/:[^:@]+@/, ':wrong@');
    await assert.rejects(new Client({ connectionString: wrong }).connect(), { code: '28P01' });
    const password = join(server.dataDirectory, '..', 'superuser.password');
    assert.equal(statSync(password).mode & 0o777, 0o600);
    assert.ok(server.superuserUrl.includes(readFileSync(password, 'utf8').trim()));
  });

  it('is found again by a second start, with the same process and data', async () => {
    const first = await started();
    await ask(first, 'create table if not exists kept (id int)');
    const second = await started();
    assert.equal(second.reused, true);
    assert.equal(second.pid, first.pid);
    assert.equal(await ask(second, "select to_regclass('kept')::text"), 'kept');
  });

  it('outlives the process that started it', async () => {
    const first = await started();
    await first.stop();
    const program = `
      import { startEmbeddedPostgres } from ${JSON.stringify(new URL('./embedded-postgres.ts', import.meta.url).href)};
      await startEmbeddedPostgres({
        dataDirectory: ${JSON.stringify(join(directory, 'postgres'))},
        socketDirectory: ${JSON.stringify(first.socketDirectory)},
        log() {},
      });
      process.kill(process.pid, 'SIGKILL');`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', program]);
    assert.equal(child.signal, 'SIGKILL', child.stderr.toString());
    const found = await started();
    assert.equal(found.reused, true);
  });

  it('recovers after kill -9 of the postmaster while a session is busy', async () => {
    const server = await started();
    await ask(server, 'create table if not exists busy (id int)');
    await ask(server, 'insert into busy values (1)');
    const client = new Client({ connectionString: server.superuserUrl });
    client.on('error', () => {});
    await client.connect();
    const busy = client.query('select pg_sleep(1), count(*) from generate_series(1, 3000000)');
    busy.catch(() => {});
    process.kill(server.pid, 'SIGKILL');
    const again = await started();
    assert.equal(again.reused, false);
    assert.notEqual(again.pid, server.pid);
    assert.equal(await ask(again, 'select count(*)::text from busy'), '1');
    await client.end().catch(() => {});
  });

  it('starts although its old number now belongs to another program', async () => {
    const server = await started();
    await server.stop();
    const other = spawn('sleep', ['60']);
    assert.ok(other.pid);
    const { dataDirectory, socketDirectory } = server;
    const stale = `${other.pid}\n${dataDirectory}\n1700000000\n5432\n${socketDirectory}\n\n  1 2\nready   \n`;
    writeFileSync(join(dataDirectory, 'postmaster.pid'), stale);
    writeFileSync(join(socketDirectory, '.s.PGSQL.5432.lock'), stale);
    const again = await started();
    assert.equal(again.reused, false);
    assert.equal(await ask(again, 'select 1::text'), '1');
    other.kill();
  });

  it('is started again when its socket was cleaned away', async () => {
    const server = await started();
    rmSync(server.socketDirectory, { recursive: true });
    const again = await started();
    assert.equal(again.reused, false);
    assert.equal(await ask(again, 'select 1::text'), '1');
  });

  it('begins anew when making the cluster was cut off', async () => {
    mkdirSync(join(directory, 'cut/data.draft/base'), { recursive: true });
    mkdirSync(join(directory, 'cut/data'), { recursive: true });
    const server = await started('cut');
    assert.equal(await ask(server, 'select 1::text'), '1');
  });

  it('says so when the password of existing data is gone', async () => {
    const server = await started('forgetful');
    rmSync(join(server.dataDirectory, '..', 'superuser.password'));
    await assert.rejects(start('forgetful'), { code: 'STORE_PASSWORD_MISSING' });
  });

  it('refuses a socket folder that is too long, naming it', async () => {
    const socketDirectory = join(tmpdir(), 's'.repeat(100));
    const dataDirectory = join(directory, 'long');
    await assert.rejects(startEmbeddedPostgres({ dataDirectory, socketDirectory, log() {} }), {
      code: 'SOCKET_PATH_TOO_LONG',
      message: /socketDirectory/,
    });
  });

  it('stays in a folder of another user when the way to it is open, and goes with that folder', async () => {
    const wanted = join(directory, 'open');
    mkdirSync(wanted, { mode: 0o700 });
    const server = await started('open');
    assert.equal(server.dataDirectory, join(wanted, 'data'));
    await server.stop();
    rmSync(wanted, { recursive: true });
    const afresh = await started('open');
    assert.equal(afresh.dataDirectory, join(wanted, 'data'));
    assert.equal(afresh.reused, false);
  });

  it('goes elsewhere when its own user cannot reach the folder, says where, and starts afresh when the folder is removed', async (t) => {
    if (!AS_ROOT) return t.skip('only root runs the server as another user');
    const home = join(directory, 'home');
    mkdirSync(home, { mode: 0o700 });
    const server = await started('home/state');
    assert.ok(server.dataDirectory.startsWith('/var/lib/counterfoil/'));
    assert.ok(lines.some((line) => line.includes(server.dataDirectory.replace(/\/data$/, ''))));
    const again = await started('home/state');
    assert.equal(again.dataDirectory, server.dataDirectory);
    assert.equal(again.reused, true);
    await again.stop();
    chmodSync(home, 0o711);
    const opened = await started('home/state');
    assert.equal(opened.dataDirectory, server.dataDirectory);
    await opened.stop();
    chmodSync(home, 0o700);
    rmSync(join(home, 'state'), { recursive: true });
    const afresh = await started('home/state');
    assert.notEqual(afresh.dataDirectory, server.dataDirectory);
    rmSync(join(server.dataDirectory, '..'), { recursive: true, force: true });
    assert.ok(existsSync(afresh.dataDirectory));
  });
});

async function ask(server: EmbeddedPostgres, sql: string): Promise<string> {
  const client = new Client({ connectionString: server.superuserUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, string>>(sql);
    return Object.values(rows[0] ?? {})[0] ?? '';
  } finally {
    await client.end();
  }
}
