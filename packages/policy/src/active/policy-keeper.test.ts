import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { PolicyChangeStatement, RecordedPolicyAct, ShadowChoice } from '@counterfoil/core';
import {
  generatePersonKeys,
  loadPolicyBundle,
  POLICY_APPROVER_ROLE,
  signPolicyChange,
  type ApproverRegistry,
  type Trust,
} from '@counterfoil/guard';
import { readBundleFiles, type BundleFiles } from '../bundle/read-bundle.ts';
import { createPolicyKeeper } from './policy-keeper.ts';

const own = readBundleFiles(fileURLToPath(new URL('../../../../policies/', import.meta.url)));
const pinned = loadPolicyBundle(own).sha256;
const changed: BundleFiles = {
  ...own,
  'default.cedar': (own['default.cedar'] ?? '').replace(
    'amountCents > 500000 };',
    'amountCents > 400000 };',
  ),
};
const newSha256 = loadPolicyBundle(changed).sha256;

const people = ['ana', 'ben', 'cleo'].map((personId) => {
  const { keyId, privateKeyPem, publicKeySpki } = generatePersonKeys();
  const person = { personId, displayName: personId, roles: [POLICY_APPROVER_ROLE] };
  const key = { keyId, type: 'ed25519', publicKeySpki } as const;
  return {
    personId,
    keyId,
    privateKey: createPrivateKey(privateKeyPem),
    registered: { person, key },
  };
});
const registry: ApproverRegistry = {
  keys: new Map(people.map(({ keyId, registered }) => [keyId, registered])),
  ignored: [],
};
const trust = { policyBundleSha256: pinned } as Trust;

function act(index: number, type: 'proposed' | 'approved'): RecordedPolicyAct {
  const person = people[index];
  assert.ok(person);
  const statement: PolicyChangeStatement = {
    v: 1,
    act: type === 'proposed' ? 'propose' : 'approve',
    changeId: 'c1',
    bundleSha256: newSha256,
    replacesSha256: pinned,
    expiresAt: '2026-03-09T00:00:00.000Z',
    personId: person.personId,
    keyId: person.keyId,
    signedAt: '2026-03-02T00:00:00.000Z',
    comment: '',
  };
  return { type, signed: signPolicyChange(statement, person.privateKey), atMs };
}
const atMs = Date.parse('2026-03-02T00:00:00.000Z');
const activated: RecordedPolicyAct = { type: 'activated', changeId: 'c1', atMs };

function keeper(given: {
  readonly acts?: readonly RecordedPolicyAct[];
  readonly ownFiles?: BundleFiles;
  readonly files?: BundleFiles | null;
  readonly shadow?: ShadowChoice | null;
}) {
  const ignored: string[] = [];
  const policies = createPolicyKeeper({
    trust,
    ownFiles: given.ownFiles ?? own,
    store: {
      acts: async () => given.acts ?? [],
      files: async () => given.files ?? null,
      shadow: async () => given.shadow ?? null,
    },
    registry: async () => registry,
    onIgnored: (code) => ignored.push(code),
  });
  return { policies, ignored };
}

test('the policies that the trust file pins are used, from the directory', async () => {
  const { bundle, authors, shadow } = await keeper({}).policies();
  assert.deepEqual([bundle.sha256, authors, shadow], [pinned, [], null]);
});

test('a directory that differs from what was signed is refused', async () => {
  await assert.rejects(keeper({ ownFiles: changed }).policies(), {
    class: 'permission',
    code: 'POLICY_BUNDLE_MISSING',
  });
});

test('policies that two people put into effect are used, whatever lies in the directory', async () => {
  const acts = [act(0, 'proposed'), act(1, 'approved'), act(2, 'approved'), activated];
  const { policies } = keeper({ acts, files: changed });
  const { bundle, authors } = await policies();
  assert.equal(bundle.sha256, newSha256);
  assert.deepEqual(authors, [{ personId: 'ana', untilMs: atMs + 86_400_000 }]);
});

test('an act that does not hold changes nothing and is told once', async () => {
  const acts = [act(0, 'proposed'), act(0, 'approved'), act(1, 'approved'), activated];
  const { policies, ignored } = keeper({ acts, files: changed });
  assert.equal((await policies()).bundle.sha256, pinned);
  await policies();
  assert.deepEqual(ignored, ['SELF_APPROVAL', 'APPROVALS_MISSING']);
});

test('files in the database that are not those of the hash are refused', async () => {
  const acts = [act(0, 'proposed'), act(1, 'approved'), act(2, 'approved'), activated];
  const forged = { ...changed, 'default.cedar': `${changed['default.cedar']}// ` };
  await assert.rejects(keeper({ acts, files: forged }).policies(), {
    code: 'POLICY_BUNDLE_MISSING',
  });
});

test('a second bundle is asked beside only while it differs and loads', async () => {
  const shadowOf = async (files: BundleFiles, bundleSha256: string) =>
    (await keeper({ shadow: { bundleSha256, files } }).policies()).shadow?.sha256 ?? null;
  assert.equal(await shadowOf(changed, newSha256), newSha256);
  assert.equal(await shadowOf(own, pinned), null);
  assert.equal(await shadowOf({ 'broken.cedar': 'permit(' }, 'f'.repeat(64)), null);
});
