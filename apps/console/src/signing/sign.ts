import { InputError, type KillLiftStatement, type ReviewStatement } from '@counterfoil/core';
import { canonicalText } from './canonical-json.ts';
import { fromBase64url, sha256, toBase64url, utf8 } from './encoding.ts';
import type { Signer } from './signer.ts';

const CEREMONY_TIMEOUT_MS = 120_000;

/** The signature in the form that the guard reads; all binary values are base64url. */
type Signature =
  | { readonly type: 'ed25519'; readonly signature: string }
  | {
      readonly type: 'passkey';
      readonly authenticatorData: string;
      readonly clientDataJson: string;
      readonly signature: string;
    };

/** Signs a review by passkey or by the key that this browser holds. */
export function signReview(statement: ReviewStatement, signer: Signer) {
  return signStatement('counterfoil-review-v1', statement, signer);
}

/** Signs the lift of one kill. */
export function signKillLift(statement: KillLiftStatement, signer: Signer) {
  return signStatement('counterfoil-kill-lift-v1', statement, signer);
}

async function signStatement<Statement extends object>(
  domain: string,
  statement: Statement,
  signer: Signer,
): Promise<{ readonly statement: Statement } & Signature> {
  const message = utf8(`${domain}\n${canonicalText(statement)}`);
  if (signer.type === 'ed25519') {
    const signature = await crypto.subtle.sign('Ed25519', signer.privateKey, message);
    return { statement, type: 'ed25519', signature: toBase64url(signature) };
  }
  return { statement, ...(await assert(message, signer)) };
}

async function assert(
  message: Uint8Array<ArrayBuffer>,
  { key }: Signer,
): Promise<Extract<Signature, { readonly type: 'passkey' }>> {
  const credential = await navigator.credentials
    .get({
      publicKey: {
        challenge: await sha256(message),
        ...(key.passkey && {
          rpId: key.passkey.rpId,
          allowCredentials: [{ type: 'public-key', id: fromBase64url(key.passkey.credentialId) }],
        }),
        userVerification: 'required',
        timeout: CEREMONY_TIMEOUT_MS,
      },
    })
    .catch((cause: unknown) => Promise.reject(notSigned(cause)));
  if (!(credential instanceof PublicKeyCredential)) throw notSigned(null);
  const { response } = credential;
  if (!(response instanceof AuthenticatorAssertionResponse)) throw notSigned(null);
  return {
    type: 'passkey',
    authenticatorData: toBase64url(response.authenticatorData),
    clientDataJson: toBase64url(response.clientDataJSON),
    signature: toBase64url(response.signature),
  };
}

function notSigned(cause: unknown): InputError {
  return new InputError('NOT_SIGNED', 'The passkey did not sign; nothing was sent.', {
    cause,
    remedy: 'Try again on the device that holds the passkey, or choose another key.',
  });
}
