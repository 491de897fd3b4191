import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  cosignNote,
  EMPTY_ROOT,
  formatAddCheckpoint,
  generateVerifierKeys,
  leafHash,
  nodeHash,
  openCheckpoint,
  readPrivateKey,
  signCheckpoint,
  splitNote,
} from '@counterfoil/guard';
import { firstWitnessState, joinCosignature, witnessState } from '@counterfoil/tlog';

const MAIN = new URL('main.ts', import.meta.url);
const log = generateVerifierKeys('log.test/acme', 'log');
const witness = generateVerifierKeys('witness.test/acme', 'witness');
const keys = { logVerifierKey: log.verifierKey, witnessVerifierKey: witness.verifierKey };
const signer = { name: 'witness.test/acme', privateKey: readPrivateKey(witness.privateKeyPem) };
const leaves = ['a', 'b', 'c'].map((text) => leafHash(text)) as [Buffer, Buffer, Buffer];

function note(size: number, rootHash: Buffer): string {
  return signCheckpoint(
    { origin: 'log.test/acme', size, rootHash },
    readPrivateKey(log.privateKeyPem),
  );
}
const one = note(1, leaves[0]);
const two = note(2, nodeHash(leaves[0], leaves[1]));
const forkOfTwo = note(2, nodeHash(leaves[0], leaves[2]));

function place() {
  const directory = mkdtempSync(join(tmpdir(), 'cf-witness-'));
  const settings = {
    logLevel: 'silent',
    socket: join(directory, 'witness.sock'),
    stateFile: join(directory, 'state'),
    publishedCheckpoint: join(directory, 'checkpoint'),
    keyFile: join(directory, 'witness.pem'),
    name: 'witness.test/acme',
    logVerifierKey: log.verifierKey,
  };
  writeFileSync(settings.keyFile, witness.privateKeyPem);
  writeFileSync(settings.stateFile, firstWitnessState('log.test/acme', signer, 1));
  return settings;
}
type Settings = ReturnType<typeof place>;

function launch(context: TestContext, settings: object): ChildProcess {
  const env = { ...process.env, COUNTERFOIL_SETTINGS: JSON.stringify(settings) };
  const child = fork(MAIN, { env, stdio: 'ignore' });
  context.after(() => void child.kill('SIGKILL'));
  return child;
}
async function ready(child: ChildProcess): Promise<ChildProcess> {
  const [message] = (await once(child, 'message')) as [{ readonly type: string }];
  assert.equal(message.type, 'ready');
  return child;
}
async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

async function post(settings: Settings, body: string, path = '/add-checkpoint', method = 'POST') {
  const outgoing = request({ socketPath: settings.socket, path, method });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [import('node:http').IncomingMessage];
  let text = '';
  for await (const piece of incoming) text += String(piece);
  return { status: incoming.statusCode, text, type: incoming.headers['content-type'] };
}
const add = (oldSize: number, checkpointText: string, proof: readonly Buffer[] = []): string =>
  formatAddCheckpoint({ oldSize, proof, checkpointText });

test('the witness cosigns the log as it grows, and the result is a published checkpoint', async (context) => {
  const settings = place();
  await ready(launch(context, settings));
  const first = await post(settings, add(0, one));
  assert.equal(first.status, 200);
  assert.equal(openCheckpoint(joinCosignature(one, first.text.trimEnd(), keys), keys).size, 1);
  const second = await post(settings, add(1, two, [leaves[1]]));
  assert.equal(openCheckpoint(joinCosignature(two, second.text.trimEnd(), keys), keys).size, 2);
});

test('what it cosigned outlives a kill −9: no fork, no older head', async (context) => {
  const settings = place();
  const child = await ready(launch(context, settings));
  await post(settings, add(0, one));
  await post(settings, add(1, two, [leaves[1]]));
  await kill(child, 'SIGKILL');
  await ready(launch(context, settings));
  assert.equal((await post(settings, add(2, forkOfTwo))).status, 409);
  assert.equal((await post(settings, add(1, forkOfTwo, [leaves[2]]))).status, 409);
  const stale = await post(settings, add(0, one));
  assert.deepEqual(stale, { status: 409, text: '2\n', type: 'text/x.tlog.size' });
  assert.equal((await post(settings, add(2, two))).status, 200);
});

test('requests at the same time are judged one after the other', async (context) => {
  const settings = place();
  await ready(launch(context, settings));
  const answers = await Promise.all([
    post(settings, add(0, two)),
    post(settings, add(0, forkOfTwo)),
  ]);
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 409]);
});

test('other paths, methods, forms and sizes are refused', async (context) => {
  const settings = place();
  await ready(launch(context, settings));
  assert.equal((await post(settings, add(0, one), '/checkpoint')).status, 404);
  assert.equal((await post(settings, '', '/add-checkpoint', 'PUT')).status, 405);
  assert.equal((await post(settings, 'x')).status, 400);
  assert.equal((await post(settings, 'x'.repeat(64 * 1024 + 1))).status, 413);
  const empty = note(0, EMPTY_ROOT);
  assert.equal((await post(settings, add(0, empty))).status, 200);
});

/** A state as only the holder of a witness's key can write it. */
function stateOf(checkpointText: string, by = signer): string {
  const { text } = splitNote(checkpointText);
  return witnessState(text, cosignNote(text, by, 1));
}

test('a damaged state, one of another log, or one that it did not sign stops it with exit code 4', async (context) => {
  const settings = place();
  const thief = generateVerifierKeys(signer.name, 'witness');
  const forged = { ...signer, privateKey: readPrivateKey(thief.privateKeyPem) };
  const whole = stateOf(two);
  for (const text of [
    '',
    '{}',
    whole.replace('\n2\n', '\n1\n'),
    firstWitnessState('log.test/other', signer, 1),
    firstWitnessState('log.test/acme', forged, 1),
    stateOf(two, forged),
    two,
  ]) {
    writeFileSync(settings.stateFile, text);
    const [code] = (await once(launch(context, settings), 'exit')) as [number];
    assert.equal(code, 4, text);
    assert.equal(readFileSync(settings.stateFile, 'utf8'), text);
  }
});

test('a witness whose state was deleted does not begin anew', async (context) => {
  const settings = place();
  const child = await ready(launch(context, settings));
  assert.equal((await post(settings, add(0, one))).status, 200);
  await kill(child, 'SIGTERM');
  rmSync(settings.stateFile);
  const [code] = (await once(launch(context, settings), 'exit')) as [number];
  assert.equal(code, 4);
  assert.equal(existsSync(settings.stateFile), false);
});

test('a state set back behind what the published log carries of its signatures stops it', async (context) => {
  const settings = place();
  const first = readFileSync(settings.stateFile);
  const child = await ready(launch(context, settings));
  const { text } = await post(settings, add(0, one));
  await kill(child, 'SIGTERM');
  writeFileSync(settings.publishedCheckpoint, joinCosignature(one, text.trimEnd(), keys));
  const newest = readFileSync(settings.stateFile);
  for (const older of [first, Buffer.from(stateOf(note(1, leaves[1])))]) {
    writeFileSync(settings.stateFile, older);
    const [code] = (await once(launch(context, settings), 'exit')) as [number];
    assert.equal(code, 4);
  }
  writeFileSync(settings.stateFile, newest);
  const again = await ready(launch(context, settings));
  assert.equal((await post(settings, add(1, two, [leaves[1]]))).status, 200);
  await kill(again, 'SIGTERM');
  writeFileSync(settings.publishedCheckpoint, 'damaged');
  await ready(launch(context, settings));
});

test('an unreadable key stops it with exit code 3', async (context) => {
  const settings = place();
  for (const keyFile of [join(settings.socket, 'none.pem'), settings.socket]) {
    const [code] = (await once(launch(context, { ...settings, keyFile }), 'exit')) as [number];
    assert.equal(code, 3);
  }
});

test('it ends when asked to, and when its parent is gone', async (context) => {
  const settings = place();
  assert.equal(await kill(await ready(launch(context, settings)), 'SIGTERM'), 0);
  const child = await ready(launch(context, settings));
  child.disconnect();
  const [code] = (await once(child, 'exit')) as [number];
  assert.equal(code, 0);
});
