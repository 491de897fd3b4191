import { verify, type KeyObject } from 'node:crypto';
import type { ApproverKey } from '@counterfoil/core';
import { decodeBase64url, decodePublicKey, sha256 } from '../canonical/encoding.ts';
import { parseStrictJson } from '../canonical/parse-json.ts';
import { firstUnmet, type Invalid, type SignatureForm } from './invalid.ts';

type Passkey = NonNullable<ApproverKey['passkey']>;

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const ATTESTED_DATA = 0x40;
const EXTENSION_DATA = 0x80;
const HEADER_BYTES = 37;
const RSA_BITS_MIN = 2048;

/** The challenge that a passkey must sign for a message: base64url of its SHA-256. */
export function passkeyChallenge(message: Uint8Array): string {
  return sha256(message).toString('base64url');
}

/** Checks a WebAuthn assertion (W3C Web Authentication 7.2) over a message; `undefined` when it holds. */
export function checkAssertion(
  message: Uint8Array,
  form: Extract<SignatureForm, { readonly type: 'passkey' }>,
  key: ApproverKey,
): Invalid | undefined {
  const { passkey } = key;
  const clientBytes = decodeBase64url(form.clientDataJson);
  const client = parseClientData(clientBytes);
  const device = decodeBase64url(form.authenticatorData);
  const flags = device[32] ?? 0;
  const isAnnounced = device.length === HEADER_BYTES || (flags & EXTENSION_DATA) !== 0;
  const isOfParty = device.subarray(0, 32).equals(sha256(passkey?.rpId ?? ''));
  const signed = Buffer.concat([device, sha256(clientBytes)]);
  const by = {
    key: decodePublicKey(key.publicKeySpki),
    signature: decodeBase64url(form.signature),
  };
  return firstUnmet([
    [passkey !== undefined, 'KEY_TYPE_MISMATCH', `key ${key.keyId} has no passkey details`],
    [client['type'] === 'webauthn.get', 'PASSKEY_CEREMONY', 'not signed in an assertion'],
    [client['challenge'] === passkeyChallenge(message), 'PASSKEY_CHALLENGE', 'signed another text'],
    [client['origin'] === passkey?.origin, 'PASSKEY_ORIGIN', `not signed on ${passkey?.origin}`],
    [(client['crossOrigin'] ?? false) === false, 'PASSKEY_ORIGIN', 'signed inside another site'],
    [!('topOrigin' in client), 'PASSKEY_ORIGIN', 'signed inside another site'],
    [device.length >= HEADER_BYTES, 'PASSKEY_MALFORMED', 'the authenticator data is cut off'],
    [isAnnounced, 'PASSKEY_MALFORMED', 'the authenticator data has bytes that nothing announces'],
    [(flags & ATTESTED_DATA) === 0, 'PASSKEY_MALFORMED', 'not the data of an assertion'],
    [isOfParty, 'PASSKEY_RELYING_PARTY', `not signed for ${passkey?.rpId}`],
    [(flags & USER_PRESENT) !== 0, 'PASSKEY_USER_NOT_VERIFIED', 'nobody was present'],
    [(flags & USER_VERIFIED) !== 0, 'PASSKEY_USER_NOT_VERIFIED', 'the person was not verified'],
    [verifyAs(passkey?.algorithm, signed, by), 'SIGNATURE_INVALID', `not by passkey ${key.keyId}`],
  ]);
}

/** Client data as the browser wrote it; other members than those checked may stand in it. Throws on anything but strict JSON. */
function parseClientData(bytes: Buffer): Readonly<Record<string, unknown>> {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  return Object(parseStrictJson(text)) as Readonly<Record<string, unknown>>;
}

function verifyAs(
  algorithm: Passkey['algorithm'] | undefined,
  data: Buffer,
  by: { readonly key: KeyObject; readonly signature: Buffer },
): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = by.key;
  if (algorithm === -8) return type === 'ed25519' && verify(null, data, by.key, by.signature);
  const isEs256 = algorithm === -7 && details?.namedCurve === 'prime256v1';
  const isRs256 =
    algorithm === -257 && type === 'rsa' && (details?.modulusLength ?? 0) >= RSA_BITS_MIN;
  return (isEs256 || isRs256) && verify('sha256', data, by.key, by.signature);
}
