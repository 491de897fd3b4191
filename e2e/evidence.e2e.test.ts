import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseTrust, verifyPack } from '@counterfoil/guard';
import { Installation } from './harness/installation.ts';
import { approve, proposalsOf, waitUntilSettled } from './harness/proposals.ts';

const INTEGRITY = 4;
const BITS_FLIPPED = 400;

test('a pack proves each effect offline and no changed, dropped or cut pack passes', async (t) => {
  await using installation = await Installation.create();
  await installation.up();
  const [slack, jira, denied] = await proposalsOf(installation);
  assert.ok(slack && jira && denied);
  await approve(installation, slack);
  await approve(installation, jira);
  const deny = ['approvals', 'deny', denied.digest, '--comment', 'not now', '--yes'];
  await installation.run(deny);
  await waitUntilSettled(installation, [slack, jira, denied]);
  const packFile = join(installation.directory, 'pack.ndjson');
  assert.equal((await installation.run(['pack', 'export', '--out', packFile])).exitCode, 0);
  await installation.stop();

  const trustFile = join(installation.state, 'trust.json');
  const trust = parseTrust(await readFile(trustFile, 'utf8'));
  const pack = await readFile(packFile);
  const lines = pack.toString('utf8').split('\n').slice(0, -1);
  const verdictOn = async (bytes: Buffer | string) =>
    (await verifyPack(bytes.toString('utf8'), trust)).status;

  await t.test(
    'the command accepts it with public keys alone, with the approvals named',
    async () => {
      const result = await installation.run(['verify', packFile, '--trust', trustFile, '--json']);
      assert.equal(result.exitCode, 0, result.stderr);
      const report = JSON.parse(result.stdout) as {
        readonly effects: readonly {
          readonly digest: string;
          readonly approvedBy: readonly string[];
        }[];
      };
      assert.deepEqual(
        report.effects.map(({ digest }) => digest).toSorted(),
        [slack.digest, jira.digest].toSorted(),
      );
      assert.ok(report.effects.every(({ approvedBy }) => approvedBy.length === 1));
    },
  );

  await t.test('one changed bit is rejected, wherever it is', async () => {
    // Every byte of the first lines of each kind, and bits spread evenly over the whole file.
    const step = Math.floor((pack.length * 8) / BITS_FLIPPED);
    for (let bit = 0; bit < pack.length * 8; bit += step) {
      const changed = Buffer.from(pack);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.equal(await verdictOn(changed), 'rejected', `bit ${bit}`);
    }
  });

  await t.test('a dropped, repeated or exchanged entry is rejected', async () => {
    for (let index = 1; index < lines.length; index += 7) {
      const line = lines[index] as string;
      assert.equal(await verdictOn(text(lines.toSpliced(index, 1))), 'rejected');
      assert.equal(await verdictOn(text(lines.toSpliced(index, 0, line))), 'rejected');
    }
    const exchanged = lines.with(3, lines[4] as string).with(4, lines[3] as string);
    assert.equal(await verdictOn(text(exchanged)), 'rejected');
  });

  await t.test(
    'a truncated log is rejected, and the command says so with its own exit code',
    async () => {
      for (const length of [0, 1, 2, lines.length - 1]) {
        assert.equal(await verdictOn(text(lines.slice(0, length))), 'rejected');
      }
      const cutFile = join(installation.directory, 'cut.ndjson');
      await writeFile(cutFile, text(lines.slice(0, -1)));
      const result = await installation.run(['verify', cutFile, '--trust', trustFile]);
      assert.equal(result.exitCode, INTEGRITY, result.stdout + result.stderr);
    },
  );

  await t.test('evidence for a framework is made of it, and checked byte by byte', async () => {
    const folder = join(installation.directory, 'soc2');
    const order = ['--framework', 'soc2', '--from', '2000-01-01', '--to', '2100-01-01'];
    const source = ['--pack', packFile, '--trust', trustFile, '--out', folder];
    const built = await installation.run(['evidence', ...order, ...source, '--json']);
    const { claims } = JSON.parse(built.stdout) as {
      readonly claims: readonly { readonly claimId: string; readonly status: string }[];
    };
    const statusOf = (id: string) => claims.find(({ claimId }) => claimId === id)?.status;
    assert.equal(statusOf('effects_authorised'), 'shown', built.stderr);
    assert.equal(statusOf('duties_separated'), 'shown');
    assert.equal(statusOf('refusals_held'), 'shown');
    const check = () => installation.run(['evidence', 'check', folder, '--trust', trustFile]);
    assert.equal((await check()).exitCode, 0);
    const page = join(folder, 'index.html');
    const html = await readFile(page, 'utf8');
    await writeFile(page, html.replace('Nothing happened', 'Shown'));
    assert.equal((await check()).exitCode, INTEGRITY);
    await writeFile(page, html);
    await writeFile(join(folder, 'pack.ndjson'), text(lines.slice(0, -1)));
    assert.equal((await check()).exitCode, INTEGRITY);
    const again = await installation.run(['evidence', ...order, ...source]);
    assert.equal(again.exitCode, 2, 'evidence is never written over');
  });

  await t.test('a pack of somebody else’s installation is rejected', async () => {
    await using stranger = await Installation.create();
    assert.equal((await stranger.run(['up', '--demo', '--once'])).exitCode, 0);
    const result = await stranger.run([
      'verify',
      packFile,
      '--trust',
      join(stranger.state, 'trust.json'),
    ]);
    assert.equal(result.exitCode, INTEGRITY);
  });
});

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
