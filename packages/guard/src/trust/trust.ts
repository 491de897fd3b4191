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
  /** The policies that are in effect until signed changes put others in their place. */
  policyBundleSha256: shape.hash,
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

function refuseRepeats({ approvers, enrolmentKeys }: Trust): void {
  const keys = [...approvers.flatMap((approver) => approver.keys), ...enrolmentKeys];
  const singles = [
    ...keys.flatMap(({ keyId, publicKeySpki }) => [`key id ${keyId}`, `key ${publicKeySpki}`]),
    ...approvers.map(({ personId }) => `person ${personId}`),
  ];
  const repeated = singles.find((single, index) => singles.indexOf(single) !== index);
  if (repeated !== undefined) throw wrong(`${repeated.slice(0, 80)} stands twice`);
  const rolesOf = new Map<string, string>();
  for (const { personId, roles } of [...approvers, ...enrolmentKeys]) {
    const sorted = roles.toSorted().join(' ');
    const isSame = (rolesOf.get(personId) ?? sorted) === sorted;
    if (!isSame) throw wrong(`the roles of ${personId} differ between places`);
    rolesOf.set(personId, sorted);
  }
}

function wrong(problem: string): InputError {
  return new InputError('TRUST_INVALID', `trust: ${problem}`);
}
