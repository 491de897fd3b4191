import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  EMPTY_ROOT,
  leafHash,
  nodeHash,
  RootBuilder,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';

/** The reference leaves and roots of Certificate Transparency (RFC 6962). */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const hashes = LEAVES.map((leaf) => leafHash(Buffer.from(leaf, 'hex')));

test('roots are those of the reference tree at every size', () => {
  const tree = new RootBuilder();
  assert.equal(tree.root().toString('hex'), EMPTY_ROOT.toString('hex'));
  for (const [index, hash] of hashes.entries()) {
    tree.push(hash);
    assert.equal(tree.root().toString('hex'), ROOTS[index]);
    assert.equal(tree.size, index + 1);
  }
});

test('the reference proof of the first leaf among eight holds, and no other claim with it', () => {
  const rootHash = Buffer.from(ROOTS[7] ?? '', 'hex');
  const [h0, h1, h2, h3, h4, h5, h6, h7] = hashes as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  const right = nodeHash(nodeHash(h4, h5), nodeHash(h6, h7));
  const claim = { leaf: h0, index: 0, size: 8, proof: [h1, nodeHash(h2, h3), right], rootHash };
  assert.equal(verifyInclusion(claim), true);
  for (const change of [
    { leaf: h1 },
    { index: 1 },
    { index: 8 },
    { index: -1 },
    { index: 0.5 },
    { size: 16 },
    { size: 4 },
    { proof: claim.proof.slice(1) },
    { proof: [...claim.proof, h1] },
    { proof: claim.proof.toReversed() },
    { rootHash: EMPTY_ROOT },
  ]) {
    assert.equal(verifyInclusion({ ...claim, ...change }), false, JSON.stringify(change));
  }
});

test('a tree of one leaf needs no proof', () => {
  const [leaf] = hashes;
  assert.ok(leaf);
  const claim = { leaf, index: 0, size: 1, proof: [], rootHash: leaf };
  assert.equal(verifyInclusion(claim), true);
  assert.equal(verifyInclusion({ ...claim, proof: [leaf] }), false);
  assert.equal(verifyInclusion({ ...claim, size: 0 }), false);
});

test('consistency of equal and of empty trees', () => {
  const root = Buffer.from(ROOTS[2] ?? '', 'hex');
  const other = Buffer.from(ROOTS[3] ?? '', 'hex');
  const same = { oldSize: 3, oldRoot: root, newSize: 3, newRoot: root, proof: [] };
  assert.equal(verifyConsistency(same), true);
  assert.equal(verifyConsistency({ ...same, newRoot: other }), false);
  assert.equal(verifyConsistency({ ...same, proof: [root] }), false);
  assert.equal(verifyConsistency({ ...same, newSize: 4 }), false);
  assert.equal(verifyConsistency({ ...same, newSize: 2 }), false);
  const empty = { ...same, oldSize: 0, oldRoot: EMPTY_ROOT };
  assert.equal(verifyConsistency(empty), true);
  assert.equal(verifyConsistency({ ...empty, oldRoot: root }), false);
  assert.equal(verifyConsistency({ ...empty, proof: [root] }), false);
});
