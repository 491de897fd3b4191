import { InputError, IntegrityError } from '@counterfoil/core';
import type { KeyObject } from 'node:crypto';
import { decodeBase64, encodeBase64 } from '../canonical/encoding.ts';
import { isLineBy, parseVerifierKey, signNote, splitNote } from './note.ts';

/** A head of the log: so many leaves under this root (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly rootHash: Buffer;
}

/** The two keys that stand behind a published head. */
export interface CheckpointKeys {
  readonly logVerifierKey: string;
  readonly witnessVerifierKey: string;
}

const SIZE = /^(0|[1-9]\d{0,15})$/;

/** The text of a checkpoint, without signatures. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size } = checkpoint;
  return `${origin}\n${size}\n${encodeBase64(checkpoint.rootHash)}\n`;
}

/** Reads the text of a checkpoint; throws `InputError` on extension lines or any other form. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', sizeText = '', root = '', end, ...more] = text.split('\n');
  const size = Number(sizeText);
  const rootHash = decodeBase64(root);
  if (origin === '' || !SIZE.test(sizeText) || !Number.isSafeInteger(size)) throw malformed();
  if (rootHash.length !== 32 || end !== '' || more.length > 0) throw malformed();
  return { origin, size, rootHash };
}

/** A checkpoint signed by the log alone, as it goes to the witness. The key's name is the origin. */
export function signCheckpoint(checkpoint: Checkpoint, privateKey: KeyObject): string {
  const text = formatCheckpoint(checkpoint);
  return `${text}\n${signNote(text, checkpoint.origin, privateKey)}\n`;
}

/** Opens a published checkpoint: exactly the log's line and then the witness's, both valid. Throws `IntegrityError` or `InputError`. */
export function openCheckpoint(noteText: string, keys: CheckpointKeys): Checkpoint {
  const { text, lines } = splitNote(noteText);
  const log = parseVerifierKey(keys.logVerifierKey, 'log');
  const witness = parseVerifierKey(keys.witnessVerifierKey, 'witness');
  const [logLine = '', witnessLine = '', ...more] = lines;
  const checkpoint = parseCheckpoint(text);
  const isOfLog = checkpoint.origin === log.name && isLineBy(text, logLine, log);
  if (!isOfLog) throw unsigned('log');
  if (!isLineBy(text, witnessLine, witness)) throw unsigned('witness');
  if (more.length > 0) throw malformed();
  return checkpoint;
}

/** Opens a checkpoint that the log signed, whoever else did; lines by unknown keys are passed over, as C2SP demands. */
export function openLogCheckpoint(noteText: string, logVerifierKey: string): Checkpoint {
  const { text, lines } = splitNote(noteText);
  const log = parseVerifierKey(logVerifierKey, 'log');
  const checkpoint = parseCheckpoint(text);
  const valid = lines.filter((line) => isLineBy(text, line, log));
  if (checkpoint.origin !== log.name || valid.length === 0) throw unsigned('log');
  return checkpoint;
}

function unsigned(by: string): IntegrityError {
  return new IntegrityError('CHECKPOINT_UNSIGNED', `the checkpoint is not signed by the ${by}`, {
    remedy: 'check that the trust file is the one of this log',
  });
}

function malformed(): InputError {
  return new InputError('CHECKPOINT_MALFORMED', 'not a checkpoint of the expected form');
}
