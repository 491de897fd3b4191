import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ActionBinding, JsonObject, PolicyDecision } from '@counterfoil/core';
import { decide, type AutonomyLevel, type GateRequest } from './decide.ts';
import { loadPolicyBundle } from './policy-bundle.ts';

const directory = new URL('../../../../policies/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, directory), 'utf8');
const files = {
  'schema.cedarschema': read('schema.cedarschema'),
  'default.cedar': read('default.cedar'),
};
const bundle = loadPolicyBundle(files);

interface Given {
  readonly autonomy: AutonomyLevel;
  readonly environment: string;
  readonly class: GateRequest['declaration']['class'];
  readonly kind: string;
  readonly reversibility: GateRequest['declaration']['reversibility'];
  readonly targetsMax: number;
  readonly account: string;
  readonly accounts: readonly string[];
  readonly targets: readonly string[];
  readonly scopeAccounts: readonly string[];
  readonly complete: boolean;
  readonly killed: boolean;
  readonly expired: boolean;
  readonly targetIntegrity: 0 | 1 | 2;
  readonly confidentiality: 0 | 1 | 2 | 3;
  readonly approval: { readonly people: number; readonly assurance: 'key' } | null;
}
interface PolicyCase {
  readonly name: string;
  readonly given: Partial<Given>;
  readonly expect: { readonly type: string; readonly policyIds: readonly string[] } & JsonObject;
}
const base = JSON.parse(read('cases/base.json')) as Given;
const cases = JSON.parse(read('cases/default.json')) as readonly PolicyCase[];

function requestOf(given: Given): GateRequest {
  const label = { scopes: [], sources: [] };
  const binding: ActionBinding = {
    v: 1,
    actionId: 'act_1',
    caseId: 'case_1',
    tenant: 't',
    account: given.account,
    region: 'us-east-1',
    kind: given.kind,
    parametersSchemaSha256: 'x',
    parameters: { targets: given.targets, text: 'hello' },
    parameterLabels: {
      targets: { ...label, integrity: given.targetIntegrity, confidentiality: 1 },
      text: { ...label, integrity: 1, confidentiality: given.confidentiality },
    },
    preconditions: [],
    preview: '',
    blastRadius: { targets: given.targets, accounts: given.accounts, note: '' },
    undo: { reversibility: given.reversibility, steps: [] },
    estimatedEffect: null,
    environment: given.environment,
    release: 'r1',
    policyBundleSha256: bundle.sha256,
    changeId: null,
    proposer: 'agent:r1',
    onBehalfOf: 'schedule:detect',
    proposedAt: '2026-01-01T00:00:00.000Z',
    expiresAt: '2026-01-02T00:00:00.000Z',
    nonce: 'n',
  };
  return {
    binding,
    declaration: given,
    complete: given.complete,
    killed: given.killed,
    scopeAccounts: given.scopeAccounts,
    autonomy: given.autonomy,
    nowMs: Date.parse(given.expired ? binding.expiresAt : binding.proposedAt),
    ...(given.approval ? { approval: given.approval } : {}),
  };
}

function answer(decision: PolicyDecision): JsonObject {
  const { type, policyIds } = decision;
  return decision.type === 'require_approval'
    ? { type, policyIds, requirement: { ...decision.requirement } }
    : { type, policyIds };
}

for (const { name, given, expect } of cases) {
  test(name, () => {
    assert.deepEqual(answer(decide(bundle, requestOf({ ...base, ...given }))), expect);
  });
}

test('removing any one policy is noticed by a case', () => {
  const statements = files['default.cedar'].split(/(?=^@id)/m).slice(1);
  assert.equal(statements.length, bundle.policyIds.length);
  for (const statement of statements) {
    const weaker = loadPolicyBundle({
      ...files,
      'default.cedar': files['default.cedar'].replace(statement, ''),
    });
    const noticed = cases.some(
      ({ given, expect }) =>
        JSON.stringify(answer(decide(weaker, requestOf({ ...base, ...given })))) !==
        JSON.stringify(expect),
    );
    assert.ok(noticed, `no case notices that this is gone:\n${statement}`);
  }
});

test('a request that does not fit the schema is denied, never skipped', () => {
  const request = requestOf(base);
  const broken = { ...request, declaration: { ...request.declaration, targetsMax: 'five' } };
  const decision = decide(bundle, broken as unknown as GateRequest);
  assert.equal(decision.type, 'deny');
});

test('a forbid that errs denies although Cedar would skip it', () => {
  const erring = loadPolicyBundle({
    ...files,
    'erring.cedar':
      '@id("erring") forbid(principal, action, resource) when { context.targets * 9223372036854775807 < 0 };',
  });
  const two = requestOf({ ...base, targets: ['i-1', 'i-2'] });
  const decision = decide(erring, two);
  assert.equal(decision.type, 'deny');
  assert.match(decision.type === 'deny' ? decision.reason : '', /erring/);
});

test('a target that stands in no labelled parameter counts as untrusted', () => {
  const request = requestOf(base);
  const binding = { ...request.binding, parameters: { targets: ['i-9'] } };
  const decision = decide(bundle, { ...request, binding });
  assert.deepEqual(decision.policyIds, ['forbid-untrusted-target']);
});

test('a bundle with a typo, a missing id, a repeated id or a bad approval is refused', () => {
  const withPolicy = (text: string) => () => loadPolicyBundle({ ...files, 'more.cedar': text });
  const permit = 'permit(principal, action, resource)';
  assert.throws(withPolicy(`${permit};`), /needs an @id/);
  assert.throws(withPolicy(`@id("kill") ${permit} when { context.kiled };`), /kiled/);
  assert.throws(withPolicy(`@id("run-approved") ${permit};`), /taken/);
  assert.throws(withPolicy(`@id("a") @approval("quorum=0") ${permit};`), /malformed/);
  assert.throws(
    withPolicy(
      `@id("a") @approval("roles=a;quorum=1;assurance=key") forbid(principal, action, resource);`,
    ),
    /only a permit/,
  );
  assert.throws(withPolicy('permit('), /more\.cedar/);
  assert.throws(() => loadPolicyBundle({ 'default.cedar': files['default.cedar'] }), /schema/);
  assert.throws(() => loadPolicyBundle({ ...files, 'notes.txt': '' }), /notes\.txt/);
});

test('the hash of a bundle changes with any byte and with any boundary', () => {
  const changed = loadPolicyBundle({ ...files, 'default.cedar': `${files['default.cedar']}\n` });
  assert.notEqual(changed.sha256, bundle.sha256);
  assert.equal(loadPolicyBundle({ ...files }).sha256, bundle.sha256);
});
