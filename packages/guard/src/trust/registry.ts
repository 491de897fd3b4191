import type { Approver, ApproverKey } from '@counterfoil/core';
import { checkEnrolment } from './enrolment.ts';
import type { Trust } from './trust.ts';

/** A person as the trust file knows them. */
export type Person = Pick<Approver, 'personId' | 'displayName' | 'roles'>;

/** A key with the person it belongs to. */
export interface RegisteredKey {
  readonly person: Person;
  readonly key: ApproverKey;
}

/** Who may sign with which key, and which enrolments were not counted. */
export interface ApproverRegistry {
  readonly keys: ReadonlyMap<string, RegisteredKey>;
  readonly ignored: readonly {
    /** Position in the enrolments handed in. */
    readonly index: number;
    readonly code: string;
    readonly note: string;
  }[];
}

/**
 * The registry of the trust file's approvers and of the enrolments that hold. An enrolment that does not hold, repeats a
 * key id, or brings a public key that is already registered is ignored and listed: a key is never moved or replaced.
 */
export function buildRegistry(trust: Trust, enrolments: readonly unknown[]): ApproverRegistry {
  return enrolments.reduce<ApproverRegistry>(
    (registry, enrolment, index) => enrol(registry, trust, { enrolment, index }),
    baseRegistry(trust),
  );
}

/** The registry of the trust file alone. */
export function baseRegistry(trust: Trust): ApproverRegistry {
  const keys = trust.approvers.flatMap(({ keys: own, ...person }) =>
    own.map((key) => [key.keyId, { person, key }] as const),
  );
  return { keys: new Map(keys), ignored: [] };
}

/** The registry with one more enrolment; `atMs` as for `checkEnrolment`. */
export function enrol(
  registry: ApproverRegistry,
  trust: Trust,
  given: { readonly enrolment: unknown; readonly index: number; readonly atMs?: number },
): ApproverRegistry {
  const check = checkEnrolment(given.enrolment, trust, given.atMs);
  const ignore = (code: string, note: string): ApproverRegistry => ({
    ...registry,
    ignored: [...registry.ignored, { index: given.index, code, note }],
  });
  if (check.type === 'invalid') return ignore(check.code, check.note);
  const { key, by } = check;
  const taken = [...registry.keys.values()].some(
    (known) => known.key.keyId === key.keyId || known.key.publicKeySpki === key.publicKeySpki,
  );
  if (taken) return ignore('KEY_TAKEN', `key ${key.keyId} is already registered`);
  const { personId, displayName, roles } = by;
  const person = { personId, displayName, roles };
  return { ...registry, keys: new Map([...registry.keys, [key.keyId, { person, key }]]) };
}
