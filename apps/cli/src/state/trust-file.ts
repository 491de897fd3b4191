import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Configuration, ConfiguredPerson } from '@counterfoil/config';
import { InputError, type Approver, type ApproverKey } from '@counterfoil/core';
import {
  keyIdOf,
  KILL_LIFTER_ROLE,
  parseTrust,
  POLICY_APPROVER_ROLE,
  type EnrolmentKey,
  type Trust,
} from '@counterfoil/guard';
import { AUTONOMY_APPROVER_ROLE, DECISION_REVIEWER_ROLE } from '@counterfoil/policy';
import { ensureKeyFile, replaceKeyFile, seedOf } from './keys.ts';
import type { StateDirectory } from './state-directory.ts';
import { writeWhole } from './write-whole.ts';

/** A link by which one person adds a key of their own; whoever has it can become that person until it ends. */
export interface EnrolmentLink {
  readonly personId: string;
  /** Fragment of the console's address; a fragment never reaches a server. */
  readonly fragment: string;
  readonly expiresAt: string;
}

/** The trust file as written, and the links that it makes possible. */
export interface TrustSetup {
  readonly trust: Trust;
  readonly links: readonly EnrolmentLink[];
}

export interface TrustInputs {
  readonly state: StateDirectory;
  readonly configuration: Configuration;
  /** Where relative key files of the configuration are meant from. */
  readonly configurationFile: string | null;
  readonly verifierKeys: {
    readonly origin: string;
    readonly log: string;
    readonly witness: string;
  };
  /** The policies that a new installation begins with; an earlier pin stays. */
  readonly policyBundleSha256: string;
  /** Adds a local operator who holds every role, with the key in the state directory. */
  readonly operator: 'added' | 'absent';
  readonly nowMs: number;
}

const LINK_LIFE_MS = 7 * 86_400_000;
const OPERATOR_ROLES = [
  'finops-approver',
  'platform-approver',
  KILL_LIFTER_ROLE,
  POLICY_APPROVER_ROLE,
  AUTONOMY_APPROVER_ROLE,
  DECISION_REVIEWER_ROLE,
];

/** Person id of the operator that a demonstration adds. */
export const OPERATOR_ID = 'operator';

/** File of the operator's own approval key. */
export function operatorKeyFile(state: StateDirectory): string {
  return join(state.keys, 'operator.pem');
}

/**
 * Writes the trust file: the people of the configuration, and for each without a key (and for the operator) an enrolment
 * key. Enrolment keys of earlier runs stay, so that packs made then can still be checked.
 */
export function ensureTrust(inputs: TrustInputs): TrustSetup {
  const { state, configuration, verifierKeys } = inputs;
  const earlier = existsSync(state.trustFile) ? readTrust(state.trustFile) : null;
  const configured = configuration.approvals.people.map((person) => approverOf(person, inputs));
  const operator = inputs.operator === 'added' ? [operatorOf(state)] : [];
  const approvers = [...configured, ...operator];
  const unkeyed = configured.filter((person) => person.keys.length === 0);
  const issued = [...unkeyed, ...operator].map((person) => enrolmentOf(person, inputs, earlier));
  const trust: Trust = {
    v: 1,
    tenant: configuration.tenant,
    origin: verifierKeys.origin,
    logVerifierKey: verifierKeys.log,
    witnessVerifierKey: verifierKeys.witness,
    policyBundleSha256: earlier?.policyBundleSha256 ?? inputs.policyBundleSha256,
    approvers,
    enrolmentKeys: mergeKeys(earlier?.enrolmentKeys ?? [], issued, approvers),
  };
  const text = `${JSON.stringify(trust, null, 2)}\n`;
  parseTrust(text);
  writeWhole(state.trustFile, text, { mode: 0o644 });
  return { trust, links: issued.map((key) => linkOf(key, state)) };
}

/** Reads a trust file; throws `InputError` where it is missing or not one. */
export function readTrust(file: string): Trust {
  if (!existsSync(file)) {
    throw new InputError('TRUST_MISSING', `there is no trust file ${file}`, {
      remedy: 'name one with --trust; `counterfoil up` writes trust.json into its state directory',
    });
  }
  try {
    return parseTrust(readFileSync(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.code, `${file} is not a trust file: ${error.message}`, {
      cause: error,
      remedy: 'give the trust.json that `counterfoil up` wrote into its state directory',
    });
  }
}

function operatorOf(state: StateDirectory): Approver {
  const { publicKeySpki } = ensureKeyFile(operatorKeyFile(state));
  const keys: ApproverKey[] = [{ keyId: keyIdOf(publicKeySpki), type: 'ed25519', publicKeySpki }];
  return { personId: OPERATOR_ID, displayName: 'Local operator', roles: OPERATOR_ROLES, keys };
}

function approverOf(person: ConfiguredPerson, inputs: TrustInputs): Approver {
  const { personId, displayName, roles } = person;
  const keys = person.keys.map((key): ApproverKey => {
    const publicKeySpki = publicKeyOf(person, key, inputs);
    return { keyId: key.keyId, type: 'ed25519', publicKeySpki };
  });
  return { personId, displayName, roles, keys };
}

function publicKeyOf(
  { personId }: ConfiguredPerson,
  key: ConfiguredPerson['keys'][number],
  { configurationFile, state }: TrustInputs,
): string {
  const folder = configurationFile === null ? state.root : dirname(configurationFile);
  try {
    const pem = key.publicKeyPem ?? readFileSync(resolve(folder, key.publicKeyFile ?? ''), 'utf8');
    return createPublicKey(pem).export({ type: 'spki', format: 'der' }).toString('base64');
  } catch (error) {
    throw new InputError(
      'KEY_UNREADABLE',
      `approvals.people: key ${key.keyId} of ${personId} cannot be read`,
      {
        cause: error,
        remedy: 'give publicKeyFile or publicKeyPem with an Ed25519 public key in PEM form',
      },
    );
  }
}

function enrolmentOf(
  person: Approver,
  { state, nowMs }: TrustInputs,
  earlier: Trust | null,
): EnrolmentKey {
  const file = enrolmentKeyFile(person.personId, state);
  const known = existsSync(file)
    ? earlier?.enrolmentKeys.find((key) => key.publicKeySpki === ensureKeyFile(file).publicKeySpki)
    : undefined;
  if (known && Date.parse(known.expiresAt) > nowMs) return known;
  const { publicKeySpki } = known ? replaceKeyFile(file) : ensureKeyFile(file);
  return {
    keyId: keyIdOf(publicKeySpki),
    publicKeySpki,
    personId: person.personId,
    displayName: person.displayName,
    roles: person.roles,
    expiresAt: new Date(nowMs + LINK_LIFE_MS).toISOString(),
  };
}

function mergeKeys(
  earlier: readonly EnrolmentKey[],
  issued: readonly EnrolmentKey[],
  approvers: readonly Approver[],
): readonly EnrolmentKey[] {
  const kept = earlier.filter((key) => !issued.some((fresh) => fresh.keyId === key.keyId));
  // A person has one set of roles: those of the configuration in force, also on the links of before.
  return [...kept, ...issued].map((key) => {
    const person = approvers.find((approver) => approver.personId === key.personId);
    return person === undefined ? key : { ...key, roles: person.roles };
  });
}

function linkOf(key: EnrolmentKey, state: StateDirectory): EnrolmentLink {
  const { privateKey } = ensureKeyFile(enrolmentKeyFile(key.personId, state));
  return {
    personId: key.personId,
    fragment: `#enrol=${seedOf(privateKey)}`,
    expiresAt: key.expiresAt,
  };
}

function enrolmentKeyFile(personId: string, state: StateDirectory): string {
  return join(state.keys, `enrolment-${personId}.pem`);
}
