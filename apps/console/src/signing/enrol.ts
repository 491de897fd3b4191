import { InputError, type ApproverKey, type JsonObject } from '@counterfoil/core';
import type {
  EnrolmentKeyView,
  EnrolmentOptionsView,
  EnrolmentReceipt,
  EnrolmentStatementView,
  EnrolmentSubmission,
  PersonView,
  SessionView,
} from '@counterfoil/api';
import { submit } from '../api/client.ts';
import { saveBrowserKey } from './browser-keys.ts';
import { canonicalText } from './canonical-json.ts';
import { rememberSignerKeyId } from './last-signer.ts';
import { fromBase64url, sha256, toBase64, toBase64url, toHex, utf8 } from './encoding.ts';

/** Who an enrolment link is for, with the key of the link ready to sign. */
export interface Invitation {
  readonly person: PersonView;
  readonly enrolmentKey: EnrolmentKeyView;
  readonly signingKey: CryptoKey;
}

/** DER before the 32 seed bytes of an Ed25519 private key in PKCS #8 (RFC 8410). */
const PKCS8_PREFIX = '302e020100300506032b657004220420';
/** DER before the 32 bytes of an Ed25519 public key in SPKI (RFC 8410). */
const SPKI_PREFIX = '302a300506032b6570032100';

/** Finds the person of a link's seed among the public enrolment keys; throws `InputError` where there is none. */
export async function openInvitation(seed: string, session: SessionView): Promise<Invitation> {
  const secret = await importSeed(seed);
  const { x } = await crypto.subtle.exportKey('jwk', secret);
  const spki = toBase64(concat(fromHex(SPKI_PREFIX), fromBase64url(x ?? '')));
  for (const person of session.people) {
    const enrolmentKey = person.enrolmentKeys.find(({ publicKeySpki }) => publicKeySpki === spki);
    if (enrolmentKey) return { person, enrolmentKey, signingKey: secret };
  }
  throw new InputError('ENROLMENT_KEY_UNKNOWN', 'This link belongs to another installation.', {
    remedy: 'Use the newest link that `counterfoil up` printed.',
  });
}

/** Makes a passkey on this device and enrols it. */
export async function enrolPasskey(invitation: Invitation): Promise<EnrolmentReceipt> {
  const { personId } = invitation.person;
  const { options } = await submit<EnrolmentOptionsView>('/api/enrolments/options', { personId });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  const credential = await navigator.credentials
    .create({ publicKey })
    .catch((cause: unknown) => Promise.reject(notMade(cause)));
  if (!(credential instanceof PublicKeyCredential)) throw notMade(null);
  const { response } = credential;
  if (!(response instanceof AuthenticatorAttestationResponse)) throw notMade(null);
  const spki = response.getPublicKey();
  const algorithm = response.getPublicKeyAlgorithm();
  if (spki === null || (algorithm !== -7 && algorithm !== -8 && algorithm !== -257)) {
    throw new InputError('ALGORITHM_UNKNOWN', 'This device makes keys that can not be checked.', {
      remedy: 'Use another device or security key.',
    });
  }
  const key: ApproverKey = {
    keyId: await keyIdOf(spki),
    type: 'passkey',
    publicKeySpki: toBase64(spki),
    passkey: {
      credentialId: credential.id,
      rpId: window.location.hostname,
      origin: window.location.origin,
      algorithm,
    },
  };
  return submitEnrolment(invitation, key, credential.toJSON() as unknown as JsonObject);
}

/** Makes a key that this browser holds and enrols it; the loopback demonstration only. */
export async function enrolBrowserKey(invitation: Invitation): Promise<EnrolmentReceipt> {
  const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw notMade(null);
  const spki = await crypto.subtle.exportKey('spki', pair.publicKey);
  const keyId = await keyIdOf(spki);
  const { personId } = invitation.person;
  await saveBrowserKey({ keyId, personId, privateKey: pair.privateKey });
  const key: ApproverKey = { keyId, type: 'ed25519', publicKeySpki: toBase64(spki) };
  return submitEnrolment(invitation, key, null);
}

async function submitEnrolment(
  { person, enrolmentKey, signingKey }: Invitation,
  key: ApproverKey,
  registration: JsonObject | null,
): Promise<EnrolmentReceipt> {
  const statement: EnrolmentStatementView = {
    v: 1,
    enrolmentKeyId: enrolmentKey.keyId,
    personId: person.personId,
    key,
    enrolledAt: new Date().toISOString(),
    nonce: toBase64url(crypto.getRandomValues(new Uint8Array(16))),
  };
  const message = utf8(`counterfoil-enrolment-v1\n${canonicalText(statement)}`);
  const signature = toBase64url(await crypto.subtle.sign('Ed25519', signingKey, message));
  const body: EnrolmentSubmission = { enrolment: { statement, signature }, registration };
  const receipt = await submit<EnrolmentReceipt>('/api/enrolments', body);
  rememberSignerKeyId(receipt.keyId);
  return receipt;
}

async function importSeed(seed: string): Promise<CryptoKey> {
  try {
    const pkcs8 = concat(fromHex(PKCS8_PREFIX), fromBase64url(seed));
    return await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
  } catch (cause) {
    throw new InputError('ENROLMENT_LINK_MALFORMED', 'The enrolment link is not complete.', {
      cause,
      remedy: 'Copy the whole link that `counterfoil up` printed, to its last character.',
    });
  }
}

/** The same id as the guard derives: `key_` and 20 hex digits of the public key's SHA-256. */
async function keyIdOf(spki: ArrayBuffer): Promise<string> {
  return `key_${toHex(await sha256(new Uint8Array(spki))).slice(0, 20)}`;
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...left, ...right]);
}

function notMade(cause: unknown): InputError {
  return new InputError('KEY_NOT_MADE', 'No key was made; nothing was enrolled.', {
    cause,
    remedy: 'Try again and confirm on your device.',
  });
}
