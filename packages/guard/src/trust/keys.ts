import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { InputError } from '@counterfoil/core';
import { decodeBase64url, sha256Hex } from '../canonical/encoding.ts';
import { verifierKeyOf } from '../log/note.ts';

/** DER of a PKCS #8 Ed25519 key up to its seed (RFC 8410). */
const PKCS8_ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Makes an Ed25519 key for an approver or an enrolment link: PEM PKCS #8, base64 DER SPKI, and the id that follows from it. */
export function generatePersonKeys() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const publicKeySpki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return { keyId: keyIdOf(publicKeySpki), privateKeyPem: toPem(privateKey), publicKeySpki };
}

/** Makes the Ed25519 key of a log (named by its origin) or of a witness: PEM PKCS #8 and C2SP verifier key. */
export function generateVerifierKeys(name: string, role: 'log' | 'witness') {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { privateKeyPem: toPem(privateKey), verifierKey: verifierKeyOf(name, role, privateKey) };
}

/** A short id that follows from the key itself: `key_` and 20 hex digits of its SHA-256. */
export function keyIdOf(publicKeySpki: string): string {
  return `key_${sha256Hex(Buffer.from(publicKeySpki, 'base64')).slice(0, 20)}`;
}

/** Reads an Ed25519 private key from PEM PKCS #8; throws `InputError` on anything else. */
export function readPrivateKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw unreadable();
  }
  if (key.asymmetricKeyType !== 'ed25519') throw unreadable();
  return key;
}

/** The 32-byte seed of an Ed25519 private key, base64url: what an enrolment link carries. */
export function seedOf(privateKey: KeyObject): string {
  const { d } = privateKey.export({ format: 'jwk' });
  if (privateKey.asymmetricKeyType !== 'ed25519' || d === undefined) throw unreadable();
  return d;
}

/** The Ed25519 private key of a 32-byte seed in base64url; throws `InputError` on anything else. */
export function privateKeyOfSeed(seed: string): KeyObject {
  const bytes = decodeBase64url(seed);
  if (bytes.length !== 32) throw unreadable();
  const der = Buffer.concat([PKCS8_ED25519_PREFIX, bytes]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

/** The base64 DER SPKI of the public half of a private key. */
export function publicKeySpkiOf(privateKey: KeyObject): string {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64');
}

function toPem(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' }).toString();
}

function unreadable(): InputError {
  return new InputError('KEY_UNREADABLE', 'the key is not an Ed25519 private key in PEM PKCS #8', {
    remedy: 'give the key file that set-up wrote',
  });
}
