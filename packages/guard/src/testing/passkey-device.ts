import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { ApproverKey } from '@counterfoil/core';
import { encodeBase64url, sha256 } from '../canonical/encoding.ts';
import type { SignatureForm } from '../review/invalid.ts';
import { passkeyChallenge } from '../review/passkey.ts';
import { keyIdOf } from '../trust/keys.ts';

/** What a test may have the device do wrong. */
export interface Misbehaviour {
  readonly origin?: string;
  readonly rpId?: string;
  readonly flags?: number;
  readonly type?: string;
  readonly challenge?: string;
  readonly crossOrigin?: boolean;
  readonly topOrigin?: string;
  readonly extra?: Buffer;
}

type Algorithm = NonNullable<ApproverKey['passkey']>['algorithm'];

/** An authenticator for tests: makes a passkey and signs assertions as WebAuthn says. */
export function passkeyDevice(algorithm: Algorithm = -7) {
  const { publicKey, privateKey } = keyPair(algorithm);
  const publicKeySpki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const key = {
    keyId: keyIdOf(publicKeySpki),
    type: 'passkey',
    publicKeySpki,
    passkey: {
      credentialId: encodeBase64url(sha256(publicKeySpki)),
      rpId: 'localhost',
      origin: 'http://localhost:8080',
      algorithm,
    },
  } as const satisfies ApproverKey;
  const assert = (message: Uint8Array, wrong: Misbehaviour = {}) => {
    const clientData = Buffer.from(
      JSON.stringify({
        type: wrong.type ?? 'webauthn.get',
        challenge: wrong.challenge ?? passkeyChallenge(message),
        origin: wrong.origin ?? key.passkey.origin,
        crossOrigin: wrong.crossOrigin ?? false,
        ...(wrong.topOrigin === undefined ? {} : { topOrigin: wrong.topOrigin }),
      }),
    );
    const authenticatorData = Buffer.concat([
      sha256(wrong.rpId ?? key.passkey.rpId),
      Uint8Array.of(wrong.flags ?? 0x05, 0, 0, 0, 1),
      wrong.extra ?? Buffer.alloc(0),
    ]);
    const signed = Buffer.concat([authenticatorData, sha256(clientData)]);
    return {
      type: 'passkey',
      authenticatorData: encodeBase64url(authenticatorData),
      clientDataJson: encodeBase64url(clientData),
      signature: encodeBase64url(sign(algorithm === -8 ? null : 'sha256', signed, privateKey)),
    } as const satisfies SignatureForm;
  };
  return { key, assert };
}

function keyPair(algorithm: Algorithm): { publicKey: KeyObject; privateKey: KeyObject } {
  if (algorithm === -7) return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  if (algorithm === -8) return generateKeyPairSync('ed25519');
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}
