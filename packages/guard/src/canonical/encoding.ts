import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { InputError } from '@counterfoil/core';

/** SHA-256 of bytes or of the UTF-8 of a text. */
export function sha256(data: Uint8Array | string): Buffer {
  return createHash('sha256').update(data).digest();
}

/** SHA-256 as 64 lower-case hex digits. */
export function sha256Hex(data: Uint8Array | string): string {
  return sha256(data).toString('hex');
}

/** Bytes as base64url without padding. */
export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/** Reads base64url without padding; one value has one spelling, any other is an `InputError`. */
export function decodeBase64url(text: string): Buffer {
  return decodeCanonical(text, 'base64url');
}

/** Bytes as standard base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Reads standard base64 with padding; one value has one spelling, any other is an `InputError`. */
export function decodeBase64(text: string): Buffer {
  return decodeCanonical(text, 'base64');
}

/** Reads a public key from canonical base64 of its DER SubjectPublicKeyInfo; throws on anything else. */
export function decodePublicKey(spki: string): KeyObject {
  return createPublicKey({ key: decodeBase64(spki), format: 'der', type: 'spki' });
}

function decodeCanonical(text: string, encoding: 'base64' | 'base64url'): Buffer {
  const bytes = Buffer.from(text, encoding);
  if (bytes.toString(encoding) !== text) {
    throw new InputError('ENCODING_NOT_CANONICAL', `a value is not canonical ${encoding}`, {
      remedy: `encode the bytes again with plain ${encoding}`,
    });
  }
  return bytes;
}
