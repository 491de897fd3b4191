import { createHash, createPublicKey, type JsonWebKey } from 'node:crypto';
import {
  generateRegistrationOptions,
  verifyRegistrationResponse,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { decodeCredentialPublicKey } from '@simplewebauthn/server/helpers';
import type { ApproverKey } from '@counterfoil/core';
import type { PersonView } from '@counterfoil/api';
import type { DoorVerdict } from './door.ts';

/** EdDSA, ES256 and RS256, strongest first; the guard can verify exactly these. */
const ALGORITHMS = [-8, -7, -257];

/** Options for registering a passkey of this person on this site. */
export function registrationOptions(person: PersonView, publicUrl: URL) {
  return generateRegistrationOptions({
    rpName: 'Counterfoil',
    rpID: publicUrl.hostname,
    userName: person.personId,
    userDisplayName: person.displayName,
    userID: new Uint8Array(createHash('sha256').update(person.personId).digest()),
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    excludeCredentials: person.keys.flatMap(({ passkey }) =>
      passkey ? [{ id: passkey.credentialId }] : [],
    ),
  });
}

/**
 * Whether the key that is to be enrolled is the one that the device just made here: challenge, origin, relying party and
 * user verification of the registration hold, and credential id, algorithm and public key are those of the statement.
 */
export async function checkRegistration(
  key: ApproverKey,
  registration: RegistrationResponseJSON | null,
  expected: { readonly challenge: string | null; readonly publicUrl: URL },
): Promise<DoorVerdict> {
  const { publicUrl } = expected;
  if (!key.passkey || !registration || expected.challenge === null) {
    return refused('REGISTRATION_MISSING', 'ask for options and register the passkey first');
  }
  const { rpId, origin, credentialId, algorithm } = key.passkey;
  if (rpId !== publicUrl.hostname || origin !== publicUrl.origin) {
    return refused('PASSKEY_ORIGIN', `a passkey must be registered for ${publicUrl.origin}`);
  }
  const result = await verify(registration, expected.challenge, publicUrl);
  if (typeof result === 'string') return refused('REGISTRATION_INVALID', result);
  const made = readCoseKey(result.publicKey);
  const isSame =
    result.id === credentialId &&
    made?.algorithm === algorithm &&
    made.publicKeySpki === key.publicKeySpki;
  return isSame
    ? { type: 'holds' }
    : refused('REGISTRATION_MISMATCH', 'the statement names another key than the device made');
}

async function verify(response: RegistrationResponseJSON, challenge: string, publicUrl: URL) {
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: publicUrl.origin,
      expectedRPID: publicUrl.hostname,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    return verified ? registrationInfo.credential : 'the registration does not verify';
  } catch (error) {
    return error instanceof Error ? error.message : 'the registration can not be read';
  }
}

/** Labels of a COSE key (RFC 9052, RFC 9053). */
const COSE = { algorithm: 3, first: -1, second: -2, third: -3 } as const;

function readCoseKey(bytes: Uint8Array<ArrayBuffer>) {
  const cose = decodeCredentialPublicKey(bytes) as unknown as Map<number, number | Uint8Array>;
  const part = (label: number) => {
    const value = cose.get(label);
    return value instanceof Uint8Array ? Buffer.from(value).toString('base64url') : '';
  };
  const algorithm = cose.get(COSE.algorithm);
  const jwk = ((): JsonWebKey | null => {
    switch (algorithm) {
      case -7:
        return { kty: 'EC', crv: 'P-256', x: part(COSE.second), y: part(COSE.third) };
      case -8:
        return { kty: 'OKP', crv: 'Ed25519', x: part(COSE.second) };
      case -257:
        return { kty: 'RSA', n: part(COSE.first), e: part(COSE.second) };
      default:
        return null;
    }
  })();
  if (!jwk) return null;
  const der = createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'spki' });
  return { algorithm, publicKeySpki: der.toString('base64') };
}

function refused(code: string, note: string): DoorVerdict {
  return { type: 'refused', code, note };
}
