import { sign, verify, type KeyObject } from 'node:crypto';
import { InputError, type ApproverKey } from '@counterfoil/core';
import { canonicalJson } from '../canonical/canonical-json.ts';
import { decodeBase64url, decodePublicKey, encodeBase64url } from '../canonical/encoding.ts';
import { parseCanonicalJson } from '../canonical/parse-json.ts';
import * as shape from '../canonical/shape.ts';
import type { ApproverRegistry, RegisteredKey } from '../trust/registry.ts';
import { firstUnmet, unreadable, type Invalid, type SignatureForm } from './invalid.ts';
import { checkAssertion } from './passkey.ts';

/** A kind of statement that people sign: its domain, so that no signature serves two purposes, and its shape. */
export interface StatementKind<Statement> {
  readonly domain: string;
  readonly statement: shape.Check<Statement>;
  /** Code of what can not be read. */
  readonly malformed: string;
}

/** A statement with its signature. */
export type Signed<Statement> = { readonly statement: Statement } & SignatureForm;

/** A signed statement that holds, with the signer as the registry knows them. */
export type SignedCheck<Statement> =
  ({ readonly type: 'valid'; readonly statement: Statement } & RegisteredKey) | Invalid;

/** The bytes that are signed: the domain, a line feed, the canonical statement. Throws on text outside NFC. */
export function messageOf<Statement>(kind: StatementKind<Statement>, statement: Statement): Buffer {
  const text = canonicalJson(kind.statement(statement, 'statement'));
  parseCanonicalJson(text);
  return Buffer.from(`${kind.domain}\n${text}`);
}

/** Signs a statement with an Ed25519 private key; any other key is an `InputError`. */
export function signStatement<Statement>(
  kind: StatementKind<Statement>,
  statement: Statement,
  privateKey: KeyObject,
): { readonly statement: Statement; readonly type: 'ed25519'; readonly signature: string } {
  if (privateKey.asymmetricKeyType !== 'ed25519') {
    throw new InputError('KEY_UNSUITABLE', 'the signing key is not an Ed25519 private key');
  }
  const signature = encodeBase64url(sign(null, messageOf(kind, statement), privateKey));
  return { statement, type: 'ed25519', signature };
}

/**
 * Checks a signed statement: its shape, that the key is registered and belongs to the person it names, and the signature. Codes, in
 * order: `kind.malformed`, `KEY_UNKNOWN`, `PERSON_MISMATCH`, `KEY_TYPE_MISMATCH`, those of a passkey, `SIGNATURE_INVALID`.
 */
export function checkSigned<
  Statement extends { readonly keyId: string; readonly personId: string },
>(
  kind: StatementKind<Statement>,
  value: unknown,
  registry: ApproverRegistry,
): SignedCheck<Statement> {
  try {
    const form = shape.variant('type', {
      ed25519: shape.object({ statement: kind.statement, ...plainForm }),
      passkey: shape.object({ statement: kind.statement, ...passkeyForm }),
    })(value, 'signed');
    const { statement } = form;
    const message = messageOf(kind, statement);
    const { keyId, personId } = statement;
    const known = registry.keys.get(keyId);
    const problem = firstUnmet([
      [known !== undefined, 'KEY_UNKNOWN', `nobody has the key ${keyId}`],
      [known?.person.personId === personId, 'PERSON_MISMATCH', `${keyId} is not of ${personId}`],
      [known?.key.type === form.type, 'KEY_TYPE_MISMATCH', `${keyId} is no ${form.type} key`],
    ]);
    if (problem || !known) return problem ?? unreadable(kind.malformed, null);
    const flaw =
      form.type === 'passkey'
        ? checkAssertion(message, form, known.key)
        : checkEd25519(message, form.signature, known.key);
    return flaw ?? { type: 'valid', statement, ...known };
  } catch (error) {
    return unreadable(kind.malformed, error);
  }
}

const plainForm = { type: shape.oneOf('ed25519'), signature: shape.base64url };
const passkeyForm = {
  type: shape.oneOf('passkey'),
  authenticatorData: shape.base64url,
  clientDataJson: shape.base64url,
  signature: shape.base64url,
};

/** Checks an Ed25519 signature in base64url by this key; `undefined` when it holds. */
export function checkEd25519(
  message: Uint8Array,
  signature: string,
  key: Pick<ApproverKey, 'keyId' | 'publicKeySpki'>,
): Invalid | undefined {
  const publicKey = decodePublicKey(key.publicKeySpki);
  const holds = verifyEd25519(message, decodeBase64url(signature), publicKey);
  return firstUnmet([[holds, 'SIGNATURE_INVALID', `not by key ${key.keyId}`]]);
}

/** Whether an Ed25519 signature holds; a key of another type never does. */
export function verifyEd25519(
  message: Uint8Array,
  signature: Uint8Array,
  publicKey: KeyObject,
): boolean {
  const fits = publicKey.asymmetricKeyType === 'ed25519' && signature.length === 64;
  return fits && verify(null, message, publicKey, signature);
}
