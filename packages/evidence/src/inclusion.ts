import { nodeHash, splitPoint } from '@counterfoil/guard';

/** Audit paths of leaves under one root (RFC 6962, 2.1.1), computed from all leaf hashes. */
export class InclusionProofs {
  readonly #leaves: readonly Buffer[];
  readonly #roots = new Map<string, Buffer>();

  constructor(leaves: readonly Buffer[]) {
    this.#leaves = leaves;
  }

  /** Root of all leaves. */
  root(): Buffer {
    return this.#rootOf(0, this.#leaves.length);
  }

  /** Siblings from the leaf up. */
  path(index: number): readonly Buffer[] {
    return this.#path(index, 0, this.#leaves.length);
  }

  #path(index: number, from: number, to: number): readonly Buffer[] {
    if (to - from <= 1) return [];
    const split = from + splitPoint(to - from);
    return index < split
      ? [...this.#path(index, from, split), this.#rootOf(split, to)]
      : [...this.#path(index, split, to), this.#rootOf(from, split)];
  }

  #rootOf(from: number, to: number): Buffer {
    const [first] = this.#leaves.slice(from, from + 1);
    if (first !== undefined && to - from === 1) return first;
    const key = `${from}-${to}`;
    const known = this.#roots.get(key);
    if (known) return known;
    const split = from + splitPoint(to - from);
    const root = nodeHash(this.#rootOf(from, split), this.#rootOf(split, to));
    this.#roots.set(key, root);
    return root;
  }
}
