import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { problemOf } from './install.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** A bare clone with a program that prints what it was given, and an npm of ours that notes its calls. */
function makeClone(npm: string) {
  const root = mkdtempSync(join(tmpdir(), 'cf-setup-'));
  cpSync(HERE, join(root, 'tools', 'setup'), { recursive: true });
  mkdirSync(join(root, 'apps', 'cli', 'src'), { recursive: true });
  mkdirSync(join(root, 'bench'));
  writeFileSync(
    join(root, 'apps', 'cli', 'src', 'main.ts'),
    'console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() })); process.exitCode = 7;',
  );
  writeFileSync(join(root, 'package-lock.json'), '{"packages":{}}');
  writeFileSync(join(root, 'npm-cli.js'), npm);
  return root;
}

const NOTING_NPM = `
  const { appendFileSync } = require('node:fs');
  appendFileSync('npm-calls', JSON.stringify({ args: process.argv.slice(2), json: process.env.npm_config_json ?? null, registry: process.env.npm_config_registry ?? null, nodeEnv: process.env.NODE_ENV ?? null }) + '\\n');
`;

function start(root: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [join(root, 'tools', 'setup', 'run.mjs'), ...args], {
    cwd: root,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      npm_execpath: join(root, 'npm-cli.js'),
      npm_node_execpath: process.execPath,
      ...environment,
    },
  });
}

const calls = (root: string) =>
  readFileSync(join(root, 'npm-calls'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('a bare clone installs once, says so on standard error, and passes arguments and exit code through', () => {
  const root = makeClone(NOTING_NPM);
  const first = start(root, ['counterfoil', 'cases', '--json']);
  assert.equal(first.status, 7, first.stderr);
  assert.deepEqual((JSON.parse(first.stdout) as { args: unknown }).args, ['cases', '--json']);
  assert.match(first.stderr, /Installing packages[^]*done/);
  const second = start(root, ['counterfoil', 'cases']);
  assert.equal(second.stderr, '');
  assert.equal(calls(root).length, 1);
});

test('a changed lock file installs again', () => {
  const root = makeClone(NOTING_NPM);
  start(root, ['counterfoil']);
  writeFileSync(join(root, 'package-lock.json'), '{"packages":{"":{}}}');
  start(root, ['counterfoil']);
  assert.equal(calls(root).length, 2);
});

test('what the outer npm was told does not change what the inner one installs; how to reach the registry does', () => {
  const root = makeClone(NOTING_NPM);
  start(root, ['counterfoil'], {
    npm_config_json: 'true',
    npm_config_omit: 'optional',
    npm_config_registry: 'http://127.0.0.1:9',
    NODE_ENV: 'production',
  });
  const [call] = calls(root);
  assert.deepEqual(
    [call?.['json'], call?.['registry'], call?.['nodeEnv']],
    [null, 'http://127.0.0.1:9', null],
  );
  assert.ok((call?.['args'] as string[]).includes('--ignore-scripts'));
});

test('files on the command line are meant from where the caller stands', () => {
  const root = makeClone(NOTING_NPM);
  const elsewhere = mkdtempSync(join(tmpdir(), 'cf-elsewhere-'));
  const { stdout } = start(root, ['counterfoil'], {
    npm_lifecycle_event: 'counterfoil',
    INIT_CWD: elsewhere,
  });
  assert.equal((JSON.parse(stdout) as { cwd: string }).cwd, elsewhere);
});

test('an install that fails says why and what to do, and is tried again next time', () => {
  const root = makeClone(`console.error('npm error code ENOTFOUND'); process.exit(1);`);
  const { status, stderr, stdout } = start(root, ['counterfoil']);
  assert.equal(status, 3);
  assert.equal(stdout, '');
  assert.match(
    stderr,
    /the package registry cannot be reached[^]*ENOTFOUND[^]*What to do: connect to the network/,
  );
  assert.equal(existsSync(join(root, 'node_modules', '.counterfoil-setup')), false);
});

test('an unknown program is a usage error that names the known ones', () => {
  const root = makeClone(NOTING_NPM);
  const { status, stderr } = start(root, ['strat']);
  assert.equal(status, 2);
  assert.match(stderr, /counterfoil\|test\|check/);
  rmSync(root, { recursive: true });
});

test('each known failure of npm has its own advice, and npm’s words are kept', () => {
  const cases = [
    ['npm error code EINTEGRITY', /do not go on/],
    ['npm error code ENOSPC', /free about 1 GB/],
    ['npm error code EACCES', /write permission/],
    ['npm error code E401', /credentials/],
    ['npm error code EUSAGE', /commit the lock file/],
    ['something new', /read npm/],
  ] as const;
  for (const [output, advice] of cases) {
    const problem = problemOf(output);
    assert.match(problem.remedy, advice, output);
    assert.ok(problem.message.includes(output));
  }
});
