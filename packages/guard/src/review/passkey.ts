import { verify, type KeyObject } from 'node:crypto';
import type { ApproverKey } from '@counterfoil/core';
import { decodeBase64url, decodePublicKey, sha256 } from '../canonical/encoding.ts';
import { parseStrictJson } from '../canonical/parse-json.ts';
import { invalid, type Invalid, type SignatureForm } from './invalid.ts';

type Passkey = NonNullable<ApproverKey['passkey']>;

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const ATTESTED_DATA = 0x40;
const EXTENSION_DATA = 0x80;
const HEADER_BYTES = 37;

/** The challenge that a passkey must sign for a message: base64url of its SHA-256. */
export function passkeyChallenge(message: Uint8Array): string {
  return sha256(message).toString('base64url');
}

/**
 * Checks a WebAuthn assertion (W3C Web Authentication 7.2) over a message: ceremony, challenge, origin, relying party,
 * user present and verified, and the signature over authenticator data and client data. `null` when it holds.
 */
export function checkAssertion(
  message: Uint8Array,
  form: Extract<SignatureForm, { readonly type: 'passkey' }>,
  key: ApproverKey,
): Invalid | null {
  const { passkey } = key;
  if (!passkey) return invalid('KEY_TYPE_MISMATCH', `key ${key.keyId} has no passkey details`);
  const clientData = decodeBase64url(form.clientDataJson);
  const authenticatorData = decodeBase64url(form.authenticatorData);
  const problem =
    checkClientData(clientData, passkeyChallenge(message), passkey.origin) ??
    checkAuthenticatorData(authenticatorData, passkey.rpId);
  if (problem) return problem;
  const signed = Buffer.concat([authenticatorData, sha256(clientData)]);
  const publicKey = decodePublicKey(key.publicKeySpki);
  if (verifyAs(passkey.algorithm, signed, publicKey, decodeBase64url(form.signature))) return null;
  return invalid('SIGNATURE_INVALID', `the assertion is not by passkey ${key.keyId}`);
}

function checkClientData(bytes: Buffer, challenge: string, origin: string): Invalid | null {
  const text = bytes.toString('utf8');
  const data = parseStrictJson(text) as Readonly<Record<string, unknown>> | null;
  if (!Buffer.from(text).equals(bytes) || typeof data !== 'object' || data === null) {
    return invalid('PASSKEY_MALFORMED', 'the client data is not a JSON object');
  }
  if (data['type'] !== 'webauthn.get') {
    return invalid('PASSKEY_CEREMONY', 'the passkey did not sign in an assertion');
  }
  if (data['challenge'] !== challenge) {
    return invalid('PASSKEY_CHALLENGE', 'the passkey signed something else');
  }
  if (data['origin'] !== origin) {
    return invalid('PASSKEY_ORIGIN', `the passkey signed on another site than ${origin}`);
  }
  if ((data['crossOrigin'] ?? false) !== false || 'topOrigin' in data) {
    return invalid('PASSKEY_ORIGIN', 'the passkey signed inside another site');
  }
  return null;
}

function checkAuthenticatorData(bytes: Buffer, rpId: string): Invalid | null {
  const flags = bytes[32];
  if (flags === undefined || bytes.length < HEADER_BYTES || flags & ATTESTED_DATA) {
    return invalid('PASSKEY_MALFORMED', 'the authenticator data is not that of an assertion');
  }
  if ((flags & EXTENSION_DATA) === 0 && bytes.length !== HEADER_BYTES) {
    return invalid('PASSKEY_MALFORMED', 'the authenticator data has bytes that nothing announces');
  }
  if (!bytes.subarray(0, 32).equals(sha256(rpId))) {
    return invalid('PASSKEY_RELYING_PARTY', `the passkey signed for another party than ${rpId}`);
  }
  if ((flags & USER_PRESENT) === 0 || (flags & USER_VERIFIED) === 0) {
    return invalid('PASSKEY_USER_NOT_VERIFIED', 'the device did not verify the person');
  }
  return null;
}

function verifyAs(
  algorithm: Passkey['algorithm'],
  data: Buffer,
  key: KeyObject,
  signature: Buffer,
): boolean {
  const type = key.asymmetricKeyType;
  switch (algorithm) {
    case -7:
      return (
        type === 'ec' &&
        key.asymmetricKeyDetails?.namedCurve === 'prime256v1' &&
        verify('sha256', data, { key, dsaEncoding: 'der' }, signature)
      );
    case -8:
      return type === 'ed25519' && verify(null, data, key, signature);
    case -257:
      return (
        type === 'rsa' &&
        (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048 &&
        verify('sha256', data, key, signature)
      );
  }
}
