import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  InputError,
  type ApprovalRequirement,
  type PolicyDecision,
  type PolicyQuestion,
} from '@counterfoil/core';
import { parseStrictJson } from '@counterfoil/guard';

/** What the gate must answer: type, the rules that caused it, and whom it asks. */
export interface Expectation {
  readonly type: PolicyDecision['type'];
  readonly policyIds: readonly string[];
  readonly requirement?: ApprovalRequirement;
}

/** One case: what differs from the base, and what must come of it. */
export interface PolicyCase {
  readonly name: string;
  /** File that it stands in. */
  readonly file: string;
  /** Only these policies are loaded; for what another rule would answer first. Absent: all. */
  readonly only?: readonly string[];
  readonly question: PolicyQuestion;
  readonly expect: Expectation;
}

const BASE_FILE = 'base.json';
const MEMBERS = ['name', 'only', 'given', 'without', 'expect'];

/** The question that cases are changes of; null where a bundle has no cases. */
export function readBase(directory: string): PolicyQuestion | null {
  const folder = join(directory, 'cases');
  if (!existsSync(folder)) return null;
  return questionOfJson(objectIn(readJson(folder, BASE_FILE), BASE_FILE));
}

/** Reads every case of a bundle's `cases/` directory; none where there is no such directory. Throws `InputError` naming file and case. */
export function readCases(directory: string): readonly PolicyCase[] {
  const folder = join(directory, 'cases');
  if (!existsSync(folder)) return [];
  const base = objectIn(readJson(folder, BASE_FILE), BASE_FILE);
  const names = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== BASE_FILE);
  return names.toSorted().flatMap((file) => {
    const items = readJson(folder, file);
    if (!Array.isArray(items)) throw malformed(file, 'is not a list of cases');
    return items.map((item: unknown) => caseOf(file, base, item));
  });
}

function caseOf(file: string, base: Readonly<Record<string, unknown>>, item: unknown): PolicyCase {
  const members = objectIn(item, file);
  const { name, only, given, without } = members;
  if (typeof name !== 'string' || name === '') throw malformed(file, 'has a case without a name');
  const stray = Object.keys(members).find((member) => !MEMBERS.includes(member));
  if (stray !== undefined) throw malformed(file, `"${name}" has an unknown member ${stray}`);
  const changes = objectIn(given, `${file}: "${name}": given`);
  const unknown = Object.keys(changes).find((attribute) => !Object.hasOwn(base, attribute));
  if (unknown !== undefined) {
    throw malformed(file, `"${name}" gives ${unknown}, which ${BASE_FILE} does not have`);
  }
  const missing = without === undefined ? [] : namesIn(without, `${file}: "${name}": without`);
  return {
    name,
    file,
    ...(only === undefined ? {} : { only: namesIn(only, `${file}: "${name}": only`) }),
    question: questionOfJson({ ...base, ...changes }, missing),
    expect: expectationIn(members['expect'], `${file}: "${name}": expect`),
  };
}

/**
 * The question that a JSON object is: `approval: null` is none. Whether its attributes fit is for the gate to say, which
 * denies what does not.
 */
export function questionOfJson(
  attributes: Readonly<Record<string, unknown>>,
  without: readonly string[] = [],
): PolicyQuestion {
  const kept = Object.entries(attributes).filter(
    ([name, value]) => !without.includes(name) && !(name === 'approval' && value === null),
  );
  return Object.fromEntries(kept) as unknown as PolicyQuestion;
}

function expectationIn(value: unknown, place: string): Expectation {
  const { type, policyIds, requirement } = objectIn(value, place);
  if (type !== 'allow' && type !== 'deny' && type !== 'require_approval') {
    throw malformed(place, 'needs a type of allow, require_approval or deny');
  }
  const ids = namesIn(policyIds, `${place}.policyIds`);
  if ((type === 'require_approval') !== (requirement !== undefined)) {
    throw malformed(place, 'names a requirement exactly where people are asked');
  }
  if (requirement === undefined) return { type, policyIds: ids };
  return { type, policyIds: ids, requirement: requirement as ApprovalRequirement };
}

function readJson(folder: string, file: string): unknown {
  try {
    return parseStrictJson(readFileSync(join(folder, file), 'utf8'), { bytesMax: 4 * 1024 * 1024 });
  } catch (cause) {
    const note = cause instanceof Error ? cause.message : 'unreadable';
    throw new InputError('POLICY_CASE_INVALID', `cases/${file}: ${note}`, {
      cause,
      remedy: 'every cases/ directory needs base.json and lists of cases in strict JSON',
    });
  }
}

function objectIn(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(place, 'is not an object');
  }
  return value as Readonly<Record<string, unknown>>;
}

function namesIn(value: unknown, place: string): readonly string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw malformed(place, 'is not a list of names');
  }
  return value;
}

function malformed(place: string, problem: string): InputError {
  return new InputError('POLICY_CASE_INVALID', `cases/${place} ${problem}`, {
    remedy: 'see policies/README.md, "Cases"',
  });
}
