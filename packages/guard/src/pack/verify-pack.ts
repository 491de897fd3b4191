import { PlatformError } from '@counterfoil/core';
import { parseCanonicalJson } from '../canonical/parse-json.ts';
import * as shape from '../canonical/shape.ts';
import { openCheckpoint, type Checkpoint } from '../log/checkpoint.ts';
import { openPayload, parseEntry } from '../log/entry.ts';
import { leafHash, RootBuilder } from '../log/merkle.ts';
import type { Trust } from '../trust/trust.ts';
import { PACK_FORMAT } from './build-pack.ts';
import type { PackProblem, PackReport } from './pack-report.ts';
import { LINE_BYTES_MAX, readLines, type PackSource } from './read-lines.ts';
import { Replay } from './replay.ts';

/** What the verifier may be told besides the trust file. */
export interface VerifyOptions {
  /** A witnessed checkpoint that the verifier already knows: a pack that does not extend it is cut off or forked. */
  readonly minimumCheckpoint?: string;
  /** `accept`: effects whose payloads were erased are reported as `unprovable` and do not reject the pack. */
  readonly erased?: 'reject' | 'accept';
}

const headShape = shape.object({
  format: shape.oneOf(PACK_FORMAT),
  checkpoint: shape.text,
});

const leafShape = shape.object({
  entry: shape.text,
  salt: shape.nullable(shape.base64url),
  payload: shape.nullable(shape.text),
});

/**
 * Verifies an evidence pack offline, with public keys alone. Every byte counts: the file is canonical, the checkpoint is
 * signed by log and witness, the root over all entries is the checkpoint's, every payload is the one committed to. Then the
 * meaning is replayed: every effect had its proposal, decision, approvals and grant before it, by people of the trust file.
 */
export async function verifyPack(
  pack: PackSource,
  trust: Trust,
  options: VerifyOptions = {},
): Promise<PackReport> {
  const reading = new Reading(trust, options);
  try {
    for await (const line of readLines(pack)) reading.take(line);
    reading.finish();
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    reading.refuse(error.code, error.message);
  }
  return reading.report();
}

class Reading {
  readonly #trust: Trust;
  readonly #options: VerifyOptions;
  readonly #replay: Replay;
  readonly #tree = new RootBuilder();
  readonly #problems: PackProblem[] = [];
  #head: Checkpoint | undefined;
  #known: Checkpoint | undefined;
  #erasedPayloads = 0;

  constructor(trust: Trust, options: VerifyOptions) {
    this.#trust = trust;
    this.#options = options;
    this.#replay = new Replay(trust);
  }

  take(line: string): void {
    const bounds = { bytesMax: LINE_BYTES_MAX, strings: 'well_formed' } as const;
    const value = parseCanonicalJson(line, bounds);
    if (this.#head) this.#takeLeaf(value);
    else this.#takeHead(value);
  }

  #takeHead(value: unknown): void {
    const { minimumCheckpoint } = this.#options;
    const { checkpoint } = headShape(value, 'pack');
    this.#head = openCheckpoint(checkpoint, this.#trust);
    if (minimumCheckpoint === undefined) return;
    this.#known = openCheckpoint(minimumCheckpoint, this.#trust);
    this.#compareKnown();
  }

  #takeLeaf(value: unknown): void {
    const { entry: entryText, salt, payload: payloadText } = leafShape(value, 'leaf');
    const index = this.#tree.size;
    this.#tree.push(leafHash(entryText));
    this.#compareKnown();
    const entry = parseEntry(entryText);
    const payload = openPayload(entry, { salt, payloadText });
    if (payload.status === 'erased') this.#erasedPayloads += 1;
    this.#replay.accept({ index, entry, payload });
  }

  #compareKnown(): void {
    const known = this.#known;
    if (known?.size === this.#tree.size && !this.#tree.root().equals(known.rootHash)) {
      this.refuse('PACK_FORKED', 'the pack is not of the log that the known checkpoint is of');
    }
  }

  finish(): void {
    const { size } = this.#tree;
    if (!this.#head) return this.refuse('PACK_MALFORMED', 'the pack is empty');
    if (this.#head.size !== size) {
      this.refuse('PACK_SIZE', `the checkpoint has ${this.#head.size} entries, the pack ${size}`);
    } else if (!this.#tree.root().equals(this.#head.rootHash)) {
      this.refuse('ROOT_MISMATCH', 'the entries are not those that the checkpoint was signed over');
    }
    if (this.#known && this.#known.size > size) {
      this.refuse('PACK_TRUNCATED', `the log is known to have ${this.#known.size} entries or more`);
    }
  }

  refuse(code: string, note: string): void {
    const index = this.#tree.size > 0 ? { index: this.#tree.size - 1 } : {};
    this.#problems.push({ code, ...index, note });
  }

  report(): PackReport {
    const accepted = this.#options.erased === 'accept' ? 'UNPROVABLE' : null;
    const meaning = this.#replay.problems.filter(({ code }) => code !== accepted);
    const problems = [...this.#problems, ...meaning];
    return {
      status: problems.length === 0 ? 'verified' : 'rejected',
      size: this.#tree.size,
      rootHash: this.#tree.root().toString('hex'),
      effects: this.#replay.effects(),
      problems,
      erasedPayloads: this.#erasedPayloads,
    };
  }
}
