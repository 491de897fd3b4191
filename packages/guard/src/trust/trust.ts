import { InputError, type Approver, type ApproverKey } from '@counterfoil/core';
import { parseStrictJson } from '../canonical/parse-json.ts';
import * as shape from '../canonical/shape.ts';
import { parseVerifierKey } from '../log/note.ts';
import { publicKeyOf } from '../review/signed-statement.ts';

/** A key whose private half travels in an enrolment link; what it signs adds a key for exactly this person. */
export interface EnrolmentKey {
  readonly keyId: string;
  /** Base64 DER of an Ed25519 public key. */
  readonly publicKeySpki: string;
  readonly personId: string;
  readonly displayName: string;
  readonly roles: readonly string[];
  readonly expiresAt: string;
}

/** Public keys and nothing else: all that an executor or an auditor must be given to check everything. */
export interface Trust {
  readonly v: 1;
  readonly tenant: string;
  /** Origin line of the log's checkpoints; also the name of its key. */
  readonly origin: string;
  readonly logVerifierKey: string;
  readonly witnessVerifierKey: string;
  readonly approvers: readonly Approver[];
  readonly enrolmentKeys: readonly EnrolmentKey[];
}

/** Shape of an approver's key of either type. */
export const approverKeyShape: shape.Check<ApproverKey> = shape.variant('type', {
  ed25519: shape.object({
    keyId: shape.name,
    type: shape.oneOf('ed25519'),
    publicKeySpki: shape.base64,
  }),
  passkey: shape.object({
    keyId: shape.name,
    type: shape.oneOf('passkey'),
    publicKeySpki: shape.base64,
    passkey: shape.object({
      credentialId: shape.base64url,
      rpId: shape.name,
      origin: shape.name,
      algorithm: shape.oneOf(-7, -8, -257),
    }),
  }),
});

const trustShape: shape.Check<Trust> = shape.object({
  v: shape.oneOf(1),
  tenant: shape.name,
  origin: shape.name,
  logVerifierKey: shape.name,
  witnessVerifierKey: shape.name,
  approvers: shape.list(
    shape.object({
      personId: shape.name,
      displayName: shape.name,
      roles: shape.list(shape.name),
      keys: shape.list(approverKeyShape),
    }),
  ),
  enrolmentKeys: shape.list(
    shape.object({
      keyId: shape.name,
      publicKeySpki: shape.base64,
      personId: shape.name,
      displayName: shape.name,
      roles: shape.list(shape.name),
      expiresAt: shape.time,
    }),
  ),
});

const TRUST_BYTES_MAX = 1024 * 1024;

/**
 * Parses a trust file. Throws `InputError` where a field is unknown or missing, a key can not be read, the log's key is
 * not named as its origin, a person or key stands twice, one key serves two people, or a person's roles differ between places.
 */
export function parseTrust(text: string): Trust {
  const trust = trustShape(parseStrictJson(text, { bytesMax: TRUST_BYTES_MAX }), 'trust');
  const log = parseVerifierKey(trust.logVerifierKey, 'log');
  const witness = parseVerifierKey(trust.witnessVerifierKey, 'witness');
  if (log.name !== trust.origin) throw wrong('the log key is not named as the origin');
  if (witness.publicKey.equals(log.publicKey)) throw wrong('log and witness share one key');
  refuseRepeats(trust);
  return trust;
}

function refuseRepeats(trust: Trust): void {
  const approverKeys = trust.approvers.flatMap((approver) => approver.keys);
  const keys = [...approverKeys, ...trust.enrolmentKeys];
  for (const key of keys) refuseUnreadable(key);
  refuseRepeat(
    keys.map((key) => key.keyId),
    'key id',
  );
  refuseRepeat(
    keys.map((key) => key.publicKeySpki),
    'public key',
  );
  refuseRepeat(
    trust.approvers.map((approver) => approver.personId),
    'person',
  );
  const people = new Map<string, string>();
  for (const { personId, roles } of [...trust.approvers, ...trust.enrolmentKeys]) {
    const sorted = roles.toSorted().join(' ');
    if ((people.get(personId) ?? sorted) !== sorted) {
      throw wrong(`the roles of ${personId} differ between places`);
    }
    people.set(personId, sorted);
  }
}

function refuseUnreadable(key: { readonly keyId: string; readonly publicKeySpki: string }): void {
  try {
    publicKeyOf(key);
  } catch (cause) {
    throw new InputError('TRUST_INVALID', `trust: the public key ${key.keyId} is unreadable`, {
      cause,
      remedy: 'write the key as base64 of its DER SubjectPublicKeyInfo',
    });
  }
}

function refuseRepeat(values: readonly string[], what: string): void {
  const repeated = values.find((value, index) => values.indexOf(value) !== index);
  if (repeated !== undefined) throw wrong(`the ${what} ${repeated.slice(0, 60)} stands twice`);
}

function wrong(problem: string): InputError {
  return new InputError('TRUST_INVALID', `trust: ${problem}`);
}
