import type { ApproverKey } from '@counterfoil/core';
import { checkEnrolment } from './enrolment.ts';
import type { Person, Trust } from './trust.ts';

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
  let registry = baseRegistry(trust);
  for (const [index, enrolment] of enrolments.entries()) {
    registry = enrol(registry, trust, { enrolment, index });
  }
  return registry;
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
  const { key, by: person } = check;
  const known = [...registry.keys.values()].map((each) => each.key);
  if (known.some((each) => each.keyId === key.keyId || each.publicKeySpki === key.publicKeySpki)) {
    return ignore('KEY_TAKEN', `key ${key.keyId} is already registered`);
  }
  return { ...registry, keys: new Map([...registry.keys, [key.keyId, { person, key }]]) };
}
