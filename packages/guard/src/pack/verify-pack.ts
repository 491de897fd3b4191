import { PlatformError } from '@counterfoil/core';
import { parseCanonicalJson } from '../canonical/parse-json.ts';
import * as shape from '../canonical/shape.ts';
import { openCheckpoint, type Checkpoint } from '../log/checkpoint.ts';
import { leafHash, RootBuilder } from '../log/merkle.ts';
import { firstUnmet } from '../review/invalid.ts';
import type { Trust } from '../trust/trust.ts';
import type { PackProblem, PackReport } from './pack-report.ts';
import { LINE_BYTES_MAX, PACK_FORMAT, readLines, type PackSource } from './pack-file.ts';
import { Replay } from './replay.ts';

/** What the verifier may be told besides the trust file. */
export interface VerifyOptions {
  /** A witnessed checkpoint that the verifier already knows: a pack that does not extend it is cut off or forked. */
  readonly minimumCheckpoint?: string;
  /** `accept`: effects whose payloads were erased are reported as `unprovable` and do not reject the pack. */
  readonly erased?: 'reject' | 'accept';
}

const headShape = shape.object({ format: shape.oneOf(PACK_FORMAT), checkpoint: shape.text });
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
  const tree = new RootBuilder();
  const replay = new Replay(trust);
  const problems: PackProblem[] = [];
  try {
    const { minimumCheckpoint } = options;
    const known = minimumCheckpoint === undefined ? null : openCheckpoint(minimumCheckpoint, trust);
    let head: Checkpoint | null = null;
    for await (const line of readLines(pack)) {
      const value = parseCanonicalJson(line, { bytesMax: LINE_BYTES_MAX, strings: 'well_formed' });
      if (!head) head = openCheckpoint(headShape(value, 'pack').checkpoint, trust);
      else takeLeaf(value, tree, replay);
      if (known?.size === tree.size && !tree.root().equals(known.rootHash)) {
        problems.push({ code: 'PACK_FORKED', note: 'not the log of the known checkpoint' });
      }
    }
    problems.push(...judgeEnd(tree, head, known));
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const index = Math.max(0, tree.size - 1);
    problems.push({ code: error.code, index, note: error.message });
  }
  const accepted = options.erased === 'accept' ? 'UNPROVABLE' : null;
  problems.push(...replay.problems.filter(({ code }) => code !== accepted));
  return {
    status: problems.length === 0 ? 'verified' : 'rejected',
    size: tree.size,
    rootHash: tree.root().toString('hex'),
    effects: replay.effects(),
    policies: replay.policies,
    problems,
    erasedPayloads: replay.erasedPayloads,
  };
}

function takeLeaf(value: unknown, tree: RootBuilder, replay: Replay): void {
  const { entry: entryText, salt, payload: payloadText } = leafShape(value, 'leaf');
  const index = tree.size;
  tree.push(leafHash(entryText));
  replay.accept({ index, entryText, salt, payloadText });
}

function judgeEnd(
  tree: RootBuilder,
  head: Checkpoint | null,
  known: Checkpoint | null,
): readonly PackProblem[] {
  const { size } = tree;
  const hasRoot = head !== null && tree.root().equals(head.rootHash);
  const problem = firstUnmet([
    [head !== null, 'PACK_MALFORMED', 'the pack is empty'],
    [head?.size === size, 'PACK_SIZE', `the checkpoint has ${head?.size} entries, not ${size}`],
    [hasRoot, 'ROOT_MISMATCH', 'not the entries that the checkpoint was signed over'],
    [(known?.size ?? 0) <= size, 'PACK_TRUNCATED', `the log has ${known?.size} entries or more`],
  ]);
  return problem ? [{ code: problem.code, note: problem.note }] : [];
}
