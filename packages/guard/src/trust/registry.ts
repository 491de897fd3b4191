import type { ApproverKey, RecordedEnrolment } from '@counterfoil/core';
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
  /** By their position in the enrolments handed in. */
  readonly ignored: readonly { index: number; code: string; note: string }[];
}

/** Who may sign now: enrolments that hold, of people whom the trust file names as approvers; links of others are there for old packs. Others are ignored and listed. A key is never moved, replaced or registered twice. */
export function buildRegistry(
  trust: Trust,
  enrolments: readonly RecordedEnrolment[],
): ApproverRegistry {
  let registry = baseRegistry(trust);
  const named = new Set(trust.approvers.map(({ personId }) => personId));
  const enrolmentKeys = trust.enrolmentKeys.filter(({ personId }) => named.has(personId));
  for (const [index, { enrolment, recordedAtMs: atMs }] of enrolments.entries()) {
    registry = enrol(registry, { ...trust, enrolmentKeys }, { enrolment, index, atMs });
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
  const known = [...registry.keys.values()].map(({ key }) => key);
  const isTaken = (key: ApproverKey): boolean =>
    known.some((each) => each.keyId === key.keyId || each.publicKeySpki === key.publicKeySpki);
  if (check.type === 'valid' && !isTaken(check.key)) {
    const { key, by: person } = check;
    return { ...registry, keys: new Map([...registry.keys, [key.keyId, { person, key }]]) };
  }
  const taken = { code: 'KEY_TAKEN', note: 'the key is already registered' };
  const { code, note } = check.type === 'invalid' ? check : taken;
  return { ...registry, ignored: [...registry.ignored, { index: given.index, code, note }] };
}
