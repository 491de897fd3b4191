import { hash } from 'node:crypto';
import { sha256 } from '../canonical/encoding.ts';

/** Root of a tree without leaves (RFC 6962, 2.1). */
export const EMPTY_ROOT: Buffer = sha256('');

/** Hash of a leaf: SHA-256 of 0x00 and the entry's UTF-8 (RFC 6962, 2.1). */
export function leafHash(entryText: string | Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([Uint8Array.of(0), Buffer.from(entryText)]), 'buffer');
}

/** Hash of an inner node: SHA-256 of 0x01, left and right (RFC 6962, 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([Uint8Array.of(1), left, right]), 'buffer');
}

/** Root over leaves that arrive one by one, in memory of the tree's height. */
export class RootBuilder {
  /** Complete subtrees from left to right, each with its number of leaves. */
  readonly #subtrees: { readonly size: number; readonly hash: Buffer }[] = [];
  size = 0;

  /** Appends the hash of one leaf. */
  push(leaf: Buffer): void {
    let subtree = { size: 1, hash: leaf };
    for (
      let last = this.#subtrees.at(-1);
      last?.size === subtree.size;
      last = this.#subtrees.at(-1)
    ) {
      this.#subtrees.pop();
      subtree = { size: 2 * last.size, hash: nodeHash(last.hash, subtree.hash) };
    }
    this.#subtrees.push(subtree);
    this.size += 1;
  }

  /** Root over the leaves so far. */
  root(): Buffer {
    const hashes = this.#subtrees.map((subtree) => subtree.hash);
    return hashes.length === 0
      ? EMPTY_ROOT
      : hashes.reduceRight((right, left) => nodeHash(left, right));
  }
}

/** Root over hashes: of leaves, or of 2^n equally large complete subtrees. */
export function rootOver(hashes: readonly Buffer[]): Buffer {
  const tree = new RootBuilder();
  for (const hash of hashes) tree.push(hash);
  return tree.root();
}

/** The largest power of two below `size`; for sizes of at least 2. */
export function splitPoint(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** Whether a leaf is at `index` of the tree of this size and root (RFC 9162, 2.1.3.2). */
export function verifyInclusion(claim: {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Uint8Array[];
  readonly rootHash: Uint8Array;
}): boolean {
  const { index, size, proof, rootHash } = claim;
  if (!isIndex(index) || !isIndex(size) || index >= size) return false;
  let hash: Buffer = Buffer.from(claim.leaf);
  const isWhole = climb([index, size - 1], proof, (sibling, isRight) => {
    hash = isRight ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
  });
  return isWhole && hash.equals(rootHash);
}

/** Whether the tree of the new size and root extends that of the old (RFC 9162, 2.1.4.2). */
export function verifyConsistency(claim: {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}): boolean {
  const { oldSize, newSize, proof, oldRoot, newRoot } = claim;
  if (!isIndex(oldSize) || !isIndex(newSize) || oldSize > newSize) return false;
  if (oldSize === 0) return proof.length === 0 && EMPTY_ROOT.equals(oldRoot);
  if (oldSize === newSize) return proof.length === 0 && Buffer.from(oldRoot).equals(newRoot);
  const isPower = Number.isInteger(Math.log2(oldSize));
  const [first, ...rest] = isPower ? [oldRoot, ...proof] : proof;
  if (!first || proof.length === 0) return false;
  let [position, last] = [oldSize - 1, newSize - 1];
  while (position % 2 === 1) [position, last] = [half(position), half(last)];
  let oldHash: Buffer = Buffer.from(first);
  let newHash = oldHash;
  const isWhole = climb([position, last], rest, (sibling, isRight) => {
    if (isRight) oldHash = nodeHash(sibling, oldHash);
    newHash = isRight ? nodeHash(sibling, newHash) : nodeHash(newHash, sibling);
  });
  return isWhole && oldHash.equals(oldRoot) && newHash.equals(newRoot);
}

/** Climbs from a node to the root, one sibling a level; false where the proof is longer or shorter than the way. */
function climb(
  [position, last]: [number, number],
  proof: readonly Uint8Array[],
  step: (sibling: Uint8Array, isRight: boolean) => void,
): boolean {
  for (const sibling of proof) {
    if (last === 0) return false;
    const isRight = position % 2 === 1 || position === last;
    step(sibling, isRight);
    if (isRight) {
      while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)];
    }
    [position, last] = [half(position), half(last)];
  }
  return last === 0;
}

function isIndex(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function half(value: number): number {
  return Math.floor(value / 2);
}
