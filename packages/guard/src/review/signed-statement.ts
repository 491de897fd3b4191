import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { InputError, type ApproverKey } from '@counterfoil/core';
import { canonicalJson } from '../canonical/canonical-json.ts';
import { decodeBase64, decodeBase64url, encodeBase64url } from '../canonical/encoding.ts';
import { parseCanonicalJson } from '../canonical/parse-json.ts';
import * as shape from '../canonical/shape.ts';
import { invalid, type Invalid, type SignatureForm } from './invalid.ts';
import { checkAssertion } from './passkey.ts';

/** The bytes that are signed: a domain, so that no signature serves two purposes, and the canonical statement in NFC. */
export function signedMessage(domain: string, statement: unknown): Buffer {
  const text = canonicalJson(statement);
  parseCanonicalJson(text);
  return Buffer.from(`${domain}\n${text}`);
}

/** Shape of a statement with either form of signature. */
export function signedShape<Statement>(statement: shape.Check<Statement>) {
  return shape.variant('type', {
    ed25519: shape.object({
      statement,
      type: shape.oneOf('ed25519'),
      signature: shape.base64url,
    }),
    passkey: shape.object({
      statement,
      type: shape.oneOf('passkey'),
      authenticatorData: shape.base64url,
      clientDataJson: shape.base64url,
      signature: shape.base64url,
    }),
  });
}

/** Signs with an Ed25519 private key; any other key is an `InputError`. */
export function signEd25519(message: Uint8Array, privateKey: KeyObject): string {
  if (privateKey.asymmetricKeyType !== 'ed25519') {
    throw new InputError('KEY_UNSUITABLE', 'the signing key is not an Ed25519 private key');
  }
  return encodeBase64url(sign(null, message, privateKey));
}

/** Checks a signature of either form by this key; `null` when it holds. */
export function checkSignature(
  message: Buffer,
  form: SignatureForm,
  key: ApproverKey,
): Invalid | null {
  if (form.type !== key.type) {
    return invalid('KEY_TYPE_MISMATCH', `key ${key.keyId} is a ${key.type} key`);
  }
  try {
    if (form.type === 'passkey') return checkAssertion(message, form, key);
    const signature = decodeBase64url(form.signature);
    if (verifyEd25519(message, signature, publicKeyOf(key))) return null;
    return invalid('SIGNATURE_INVALID', `the signature is not by key ${key.keyId}`);
  } catch (error) {
    const note = error instanceof Error ? error.message : 'the signature can not be read';
    return invalid('SIGNATURE_INVALID', note);
  }
}

/** Whether an Ed25519 signature holds; a key of another type never does. */
export function verifyEd25519(
  message: Uint8Array,
  signature: Uint8Array,
  publicKey: KeyObject,
): boolean {
  return (
    publicKey.asymmetricKeyType === 'ed25519' &&
    signature.length === 64 &&
    verify(null, message, publicKey, signature)
  );
}

/** The public key of an approver; throws where it is not DER SPKI in canonical base64. */
export function publicKeyOf(key: Pick<ApproverKey, 'publicKeySpki'>): KeyObject {
  const der = decodeBase64(key.publicKeySpki);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}
