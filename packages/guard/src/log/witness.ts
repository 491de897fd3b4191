import { InputError } from '@counterfoil/core';
import { decodeBase64, encodeBase64 } from '../canonical/encoding.ts';
import { openLogCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { EMPTY_ROOT, verifyConsistency } from './merkle.ts';
import { parseVerifierKey, splitNote } from './note.ts';

/** A request to a witness (C2SP tlog-witness, add-checkpoint). */
export interface AddCheckpoint {
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  /** The checkpoint as signed by the log. */
  readonly checkpointText: string;
}

/** The head that a witness last cosigned. */
export interface WitnessedHead {
  readonly size: number;
  readonly rootHash: Buffer;
}

/** What a witness that has never cosigned knows. */
export const UNSEEN: WitnessedHead = { size: 0, rootHash: EMPTY_ROOT };

/** What the witness does: cosign and remember the head, or answer with the status and body that the specification says. */
export type WitnessVerdict =
  | { readonly type: 'cosign'; readonly text: string; readonly head: WitnessedHead }
  | {
      readonly type: 'refuse';
      readonly status: 400 | 403 | 404 | 409 | 422;
      readonly body: string;
      readonly contentType: string;
    };

const PROOF_LINES_MAX = 63;

/** Writes the body of an add-checkpoint request. */
export function formatAddCheckpoint(request: AddCheckpoint): string {
  const proof = request.proof.map((hash) => `${encodeBase64(hash)}\n`).join('');
  return `old ${request.oldSize}\n${proof}\n${request.checkpointText}`;
}

/** Reads the body of an add-checkpoint request; throws `InputError` where it is malformed. */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  const end = body.indexOf('\n\n');
  const [first = '', ...hashes] = body.slice(0, Math.max(0, end)).split('\n');
  const match = /^old (0|[1-9]\d{0,15})$/.exec(first);
  if (!match || hashes.length > PROOF_LINES_MAX) {
    throw new InputError('ADD_CHECKPOINT_MALFORMED', 'not an add-checkpoint request');
  }
  const proof = hashes.map((hash) => decodeBase64(hash));
  return { oldSize: Number(match[1]), proof, checkpointText: body.slice(end + 2) };
}

/** Judges a request against the last head that was cosigned for this log. */
export function judgeCheckpoint(
  body: string,
  last: WitnessedHead,
  logVerifierKey: string,
): WitnessVerdict {
  const request = attempt(() => parseAddCheckpoint(body));
  const note = request && attempt(() => splitNote(request.checkpointText));
  const head = note && attempt(() => parseCheckpoint(note.text));
  if (!head) return refuse(400, 'not an add-checkpoint request');
  const { name } = parseVerifierKey(logVerifierKey, 'log');
  if (head.origin !== name) return refuse(404, 'this witness does not know that log');
  const isSigned = attempt(() => openLogCheckpoint(request.checkpointText, logVerifierKey));
  if (!isSigned) return refuse(403, 'not signed by the log');
  const { size, rootHash } = head;
  const { oldSize, proof } = request;
  if (oldSize > size) return refuse(400, 'the old size is beyond the checkpoint');
  if (oldSize !== last.size || (oldSize === size && !rootHash.equals(last.rootHash))) {
    return refuse(409, String(last.size), 'text/x.tlog.size');
  }
  const sizes = { oldSize, newSize: size };
  const doesExtend = verifyConsistency({
    ...sizes,
    oldRoot: last.rootHash,
    newRoot: rootHash,
    proof,
  });
  if (!doesExtend) return refuse(422, 'the checkpoint does not extend the last one');
  return { type: 'cosign', text: note.text, head: { size, rootHash } };
}

function attempt<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function refuse(
  status: 400 | 403 | 404 | 409 | 422,
  problem: string,
  contentType = 'text/plain; charset=utf-8',
): WitnessVerdict {
  return { type: 'refuse', status, body: `${problem}\n`, contentType };
}
