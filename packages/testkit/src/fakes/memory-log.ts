import type { LeafReceipt, LeafStore, LogEntryDraft, LogReader } from '@counterfoil/core';

/** A leaf as the memory store keeps it. */
export interface MemoryLeaf extends LeafReceipt {
  readonly caseId: string | null;
  readonly salt: string | null;
  readonly payloadText: string | null;
  index: number | null;
}

/** Turns a draft into leaf text and salted payload; the guard's `writeEntry`, handed in by the test. */
export type WriteEntry = (
  draft: LogEntryDraft,
  at: string,
  actor: string,
) => {
  readonly entryText: string;
  readonly payloadText: string | null;
  readonly salt: string | null;
};

/** Leaves in memory. Nothing gets an index until {@link MemoryLog.integrate} is called, as with the real log process. */
export interface MemoryLog extends LeafStore {
  append(draft: LogEntryDraft, at: string, actor: string): MemoryLeaf;
  /** Gives indexes to what waits and returns those leaves. */
  integrate(): readonly MemoryLeaf[];
  readonly leaves: readonly MemoryLeaf[];
}

/** An empty log. */
export function createMemoryLog(writeEntry: WriteEntry): MemoryLog {
  const leaves: MemoryLeaf[] = [];
  return {
    leaves,
    append(draft, at, actor) {
      const { entryText, payloadText, salt } = writeEntry(draft, at, actor);
      const leafId = `leaf-${leaves.length + 1}`;
      const leaf = { leafId, entryText, payloadText, salt, caseId: draft.caseId, index: null };
      leaves.push(leaf);
      return leaf;
    },
    integrate() {
      const waiting = leaves.filter((leaf) => leaf.index === null);
      const first = leaves.length - waiting.length;
      for (const [place, leaf] of waiting.entries()) leaf.index = first + place;
      return waiting;
    },
    async locate(leafIds) {
      return leaves.filter((leaf) => leafIds.includes(leaf.leafId));
    },
  };
}

/** Files of a published log in memory. */
export interface MemoryFiles extends LogReader {
  write(path: string, bytes: Uint8Array): void;
}

/** No file yet. */
export function createMemoryFiles(): MemoryFiles {
  const files = new Map<string, Uint8Array>();
  return {
    read: async (path) => files.get(path) ?? null,
    write(path, bytes) {
      files.set(path, bytes);
    },
  };
}
