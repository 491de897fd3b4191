import { createHash } from 'node:crypto';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { InputError, type ApprovalRequirement } from '@counterfoil/core';
import { parseRequirement } from './requirement.ts';

/** One policy of a bundle. */
export interface NamedPolicy {
  /** From `@id`. */
  readonly id: string;
  /** From `@doc`; empty where it has none. */
  readonly doc: string;
  readonly effect: 'permit' | 'forbid';
  readonly text: string;
  readonly requirement: ApprovalRequirement | undefined;
}

/** Policies that were validated strictly against their schema, with the approval that each one asks for. */
export interface PolicyBundle {
  /** SHA-256 over the names and texts of the bundle's files; goes into every binding and every decision. */
  readonly sha256: string;
  /** In the order of the files' names and then of their texts. */
  readonly policies: readonly NamedPolicy[];
  /** Requirements by policy id, from `@approval`. */
  readonly requirements: ReadonlyMap<string, ApprovalRequirement>;
  /** Name under which the policy engine keeps the parsed bundle. */
  readonly engineId: string;
}

/** The schema's file name inside a bundle; every other file must end in `.cedar`. */
const SCHEMA_FILE = 'schema.cedarschema';

/**
 * Parses and validates a bundle of policy files (name → text). Strict: a parse error, a validation error, a policy
 * without a unique `@id`, a malformed `@approval`, or an approval asked by anything but a permit is an `InputError`.
 */
export function loadPolicyBundle(files: Readonly<Record<string, string>>): PolicyBundle {
  const schema = files[SCHEMA_FILE];
  if (schema === undefined) throw invalid(`the bundle has no ${SCHEMA_FILE}`);
  const policies: NamedPolicy[] = [];
  const texts: Record<string, string> = {};
  const requirements = new Map<string, ApprovalRequirement>();
  for (const [name, text] of sortedPolicyFiles(files)) {
    for (const policy of splitPolicies(name, text)) {
      if (Object.hasOwn(texts, policy.id)) throw invalid(`${name}: @id("${policy.id}") is taken`);
      policies.push(policy);
      texts[policy.id] = policy.text;
      if (policy.requirement) requirements.set(policy.id, policy.requirement);
    }
  }
  validateStrictly(schema, texts);
  const sha256 = hashFiles(files);
  const engineId = `bundle-${sha256.slice(0, 16)}`;
  must(cedar.preparseSchema(engineId, schema), 'schema');
  must(cedar.preparsePolicySet(engineId, { staticPolicies: texts }), 'policies');
  return { sha256, policies, requirements, engineId };
}

function sortedPolicyFiles(files: Readonly<Record<string, string>>): readonly [string, string][] {
  const named = Object.entries(files).filter(([name]) => name !== SCHEMA_FILE);
  const stray = named.find(([name]) => !name.endsWith('.cedar'));
  if (stray) throw invalid(`${stray[0]} is neither ${SCHEMA_FILE} nor a .cedar file`);
  return named.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function splitPolicies(fileName: string, text: string): NamedPolicy[] {
  const parts = cedar.policySetTextToParts(text);
  if (parts.type !== 'success') throw invalid(`${fileName}: ${describe(parts.errors)}`);
  if (parts.policy_templates.length > 0) throw invalid(`${fileName}: templates are not allowed`);
  return parts.policies.map((policyText) => nameOf(fileName, policyText));
}

function nameOf(fileName: string, text: string): NamedPolicy {
  const answer = cedar.policyToJson(text);
  if (answer.type !== 'success') throw invalid(`${fileName}: ${describe(answer.errors)}`);
  const annotations = answer.json.annotations ?? {};
  const { id, doc, approval } = annotations;
  if (!id) throw invalid(`${fileName}: every policy needs an @id`);
  const { effect } = answer.json;
  const asks = approval !== undefined && approval !== null;
  if (asks && effect !== 'permit') throw invalid(`${id}: only a permit can ask for approval`);
  const requirement = asks ? parseRequirement(id, approval) : undefined;
  return { id, doc: doc ?? '', effect, text, requirement };
}

function validateStrictly(schema: string, policies: Record<string, string>): void {
  const answer = cedar.validate({
    schema,
    policies: { staticPolicies: policies },
    validationSettings: { mode: 'strict' },
  });
  if (answer.type !== 'success') throw invalid(describe(answer.errors));
  const [first] = answer.validationErrors;
  if (first) throw invalid(`${first.policyId}: ${first.error.message}`);
  const [warning] = answer.validationWarnings;
  if (warning) throw invalid(`${warning.policyId}: ${warning.error.message}`);
}

/** Names and texts are length-prefixed, so that no two bundles hash alike by moving a boundary. */
function hashFiles(files: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256').update('counterfoil-policy-bundle-v1\n');
  for (const name of Object.keys(files).toSorted()) {
    const text = files[name] ?? '';
    hash.update(`${Buffer.byteLength(name)} ${Buffer.byteLength(text)}\n${name}${text}`);
  }
  return hash.digest('hex');
}

function must(answer: cedar.CheckParseAnswer, what: string): void {
  if (answer.type !== 'success') throw invalid(`${what}: ${describe(answer.errors)}`);
}

function describe(errors: readonly { readonly message: string }[]): string {
  return errors.map((error) => error.message).join('; ');
}

function invalid(message: string): InputError {
  return new InputError('POLICY_BUNDLE_INVALID', `policy bundle: ${message}`, {
    remedy: 'correct the policy files; nothing is decided with a bundle that does not validate',
  });
}
