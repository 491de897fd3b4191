import { InputError, type ApproverKey } from '@counterfoil/core';
import { parseStrictJson } from '../canonical/parse-json.ts';
import * as shape from '../canonical/shape.ts';
import { parseVerifierKey } from '../log/note.ts';

const keyBase = { keyId: shape.name, publicKeySpki: shape.spki };

/** Shape of an approver's key of either type. */
export const approverKeyShape: shape.Check<ApproverKey> = shape.variant('type', {
  ed25519: shape.object({ ...keyBase, type: shape.oneOf('ed25519') }),
  passkey: shape.object({
    ...keyBase,
    type: shape.oneOf('passkey'),
    passkey: shape.object({
      credentialId: shape.base64url,
      rpId: shape.name,
      origin: shape.name,
      algorithm: shape.oneOf(-7, -8, -257),
    }),
  }),
});

const person = { personId: shape.name, displayName: shape.name, roles: shape.list(shape.name) };
const trustShape = shape.object({
  v: shape.oneOf(1),
  tenant: shape.name,
  /** Origin line of the log's checkpoints; also the name of its key. */
  origin: shape.name,
  logVerifierKey: shape.name,
  witnessVerifierKey: shape.name,
  approvers: shape.list(shape.object({ ...person, keys: shape.list(approverKeyShape) })),
  enrolmentKeys: shape.list(shape.object({ ...keyBase, ...person, expiresAt: shape.time })),
});

/** Public keys and nothing else: all that an executor or an auditor must be given to check everything. */
export type Trust = ReturnType<typeof trustShape>;

/** A key whose private half travels in an enrolment link; what it signs adds a key for exactly this person. */
export type EnrolmentKey = Trust['enrolmentKeys'][number];

/** A person as the trust file knows them. */
export type Person = Pick<EnrolmentKey, 'personId' | 'displayName' | 'roles'>;

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
  const keys = [...trust.approvers.flatMap((approver) => approver.keys), ...trust.enrolmentKeys];
  refuseRepeat(
    'key id',
    keys.map((key) => key.keyId),
  );
  refuseRepeat(
    'public key',
    keys.map((key) => key.publicKeySpki),
  );
  refuseRepeat(
    'person',
    trust.approvers.map((approver) => approver.personId),
  );
  const rolesOf = new Map<string, string>();
  for (const { personId, roles } of [...trust.approvers, ...trust.enrolmentKeys]) {
    const sorted = roles.toSorted().join(' ');
    if ((rolesOf.get(personId) ?? sorted) !== sorted) {
      throw wrong(`the roles of ${personId} differ between places`);
    }
    rolesOf.set(personId, sorted);
  }
}

function refuseRepeat(what: string, values: readonly string[]): void {
  const repeated = values.find((value, index) => values.indexOf(value) !== index);
  if (repeated !== undefined) throw wrong(`the ${what} ${repeated.slice(0, 60)} stands twice`);
}

function wrong(problem: string): InputError {
  return new InputError('TRUST_INVALID', `trust: ${problem}`);
}
