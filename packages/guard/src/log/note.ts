import { createPublicKey, sign, type KeyObject } from 'node:crypto';
import { InputError, IntegrityError } from '@counterfoil/core';
import { decodeBase64, encodeBase64, sha256 } from '../canonical/encoding.ts';
import { verifyEd25519 } from '../review/signed-statement.ts';

/** Who signs a checkpoint: the log itself, or a witness with a timestamped cosignature (C2SP signed-note, tlog-cosignature). */
export type SignerRole = 'log' | 'witness';

/** A public key as C2SP writes it: `name+hex(key id)+base64(type ‖ key)`. */
export interface VerifierKey {
  readonly name: string;
  readonly role: SignerRole;
  readonly keyId: Buffer;
  readonly publicKey: KeyObject;
}

const TYPE = { log: 0x01, witness: 0x04 } as const;
const SPKI_ED25519_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_ID_BYTES = 4;
const TIMESTAMP_BYTES = 8;
const NAME = /^[^\s+\p{Cc}\p{Z}]+$/u;
const SIGNATURES_MAX = 16;

/** Writes an Ed25519 public key as a verifier key. */
export function formatVerifierKey(key: Omit<VerifierKey, 'keyId'>): string {
  const { name, role, publicKey } = key;
  if (!NAME.test(name) || publicKey.asymmetricKeyType !== 'ed25519') {
    throw new InputError('VERIFIER_KEY_MALFORMED', `not a name or key for a ${role}`, {
      remedy: 'use an Ed25519 key and a name such as example.org/log, without space or plus',
    });
  }
  const der = publicKey.export({ format: 'der', type: 'spki' });
  const typed = Buffer.concat([
    Uint8Array.of(TYPE[role]),
    der.subarray(SPKI_ED25519_PREFIX.length),
  ]);
  return `${name}+${keyIdOf(name, typed).toString('hex')}+${encodeBase64(typed)}`;
}

/** Reads a verifier key of this role; throws `InputError` on any other text. */
export function parseVerifierKey(text: string, role: SignerRole): VerifierKey {
  const [name = '', id = '', ...rest] = text.split('+');
  const typed = decodeBase64(rest.join('+'));
  const keyId = keyIdOf(name, typed);
  const fits = NAME.test(name) && typed[0] === TYPE[role] && typed.length === 33;
  if (!fits || keyId.toString('hex') !== id) {
    throw new InputError('VERIFIER_KEY_MALFORMED', `not a verifier key of a ${role}`, {
      remedy: 'copy the whole key, in the form name+id+key, from the set-up of that process',
    });
  }
  const der = Buffer.concat([SPKI_ED25519_PREFIX, typed.subarray(1)]);
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return { name, role, keyId, publicKey };
}

/** The verifier key text of a private key. */
export function verifierKeyOf(name: string, role: SignerRole, privateKey: KeyObject): string {
  return formatVerifierKey({ name, role, publicKey: createPublicKey(privateKey) });
}

/** The log's signature line over a note's text. */
export function signNote(noteText: string, name: string, privateKey: KeyObject): string {
  const key = parseVerifierKey(verifierKeyOf(name, 'log', privateKey), 'log');
  return line(name, key.keyId, sign(null, Buffer.from(noteText), privateKey));
}

/** A witness's signature line over a checkpoint's text, as of a POSIX time in seconds. */
export function cosignNote(
  noteText: string,
  witness: { readonly name: string; readonly privateKey: KeyObject },
  atSeconds: number,
): string {
  const { name, privateKey } = witness;
  const key = parseVerifierKey(verifierKeyOf(name, 'witness', privateKey), 'witness');
  const timestamp = Buffer.alloc(TIMESTAMP_BYTES);
  timestamp.writeBigUInt64BE(BigInt(atSeconds));
  const signature = sign(null, cosignedMessage(noteText, timestamp), privateKey);
  return line(name, key.keyId, Buffer.concat([timestamp, signature]));
}

/** A note's text and its signature lines as written; throws `InputError` where it is malformed. No signature is checked. */
export function splitNote(noteText: string): { text: string; lines: readonly string[] } {
  const end = noteText.lastIndexOf('\n\n');
  const lines = noteText.slice(end + 2).split('\n');
  // oxlint-disable-next-line no-control-regex -- signed-note forbids exactly these
  const isClean = noteText.isWellFormed() && !/[\u0000-\u0009\u000b-\u001f]/.test(noteText);
  const isEnded = end >= 1 && lines.pop() === '';
  if (!isClean || !isEnded || lines.length === 0 || lines.length > SIGNATURES_MAX) {
    throw new InputError('NOTE_MALFORMED', 'not a signed note');
  }
  return { text: noteText.slice(0, end + 1), lines };
}

/** Whether this line is by this key; one that names the key and does not hold throws `IntegrityError`. */
export function isLineBy(noteText: string, signatureLine: string, key: VerifierKey): boolean {
  const prefix = `— ${key.name} `;
  if (!signatureLine.startsWith(prefix)) return false;
  const bytes = decodeBase64(signatureLine.slice(prefix.length));
  if (!bytes.subarray(0, KEY_ID_BYTES).equals(key.keyId)) return false;
  const body = bytes.subarray(KEY_ID_BYTES);
  const timestamp = body.subarray(0, key.role === 'witness' ? TIMESTAMP_BYTES : 0);
  const signature = body.subarray(timestamp.length);
  const isWitness = key.role === 'witness';
  const message = isWitness ? cosignedMessage(noteText, timestamp) : Buffer.from(noteText);
  if (!verifyEd25519(message, signature, key.publicKey)) {
    throw new IntegrityError('NOTE_SIGNATURE_INVALID', `the signature of ${key.name} is not valid`);
  }
  return true;
}

function cosignedMessage(noteText: string, timestamp: Buffer): Buffer {
  if (timestamp.length !== TIMESTAMP_BYTES) return Buffer.alloc(0);
  return Buffer.from(`cosignature/v1\ntime ${timestamp.readBigUInt64BE()}\n${noteText}`);
}

function line(name: string, keyId: Buffer, signature: Buffer): string {
  return `— ${name} ${encodeBase64(Buffer.concat([keyId, signature]))}`;
}

function keyIdOf(name: string, typed: Buffer): Buffer {
  return sha256(Buffer.concat([Buffer.from(`${name}\n`), typed])).subarray(0, KEY_ID_BYTES);
}
