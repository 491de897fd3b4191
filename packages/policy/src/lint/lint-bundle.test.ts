import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { PolicyQuestion } from '@counterfoil/core';
import { loadPolicyBundle } from '@counterfoil/guard';
import { readBundleFiles } from '../bundle/read-bundle.ts';
import { readBase, readCases } from '../cases/policy-case.ts';
import { lintBundle } from './lint-bundle.ts';

const directory = fileURLToPath(new URL('../../../../policies/', import.meta.url));
const base = readBase(directory) as PolicyQuestion;
const { 'schema.cedarschema': schema = '' } = readBundleFiles(directory);

function lint(text: string) {
  const files = { 'schema.cedarschema': schema, 'small.cedar': text };
  const cases = readCases(directory)
    .filter(({ only }) => only === undefined)
    .slice(0, 3);
  const found = lintBundle({ files, bundle: loadPolicyBundle(files) }, { base, cases });
  return found.map(({ policyId, code, severity }) => [policyId, code, severity]);
}
const ASK = `@id("ask") @doc("d") @approval("roles=a;quorum=1;assurance=key")
  permit(principal, action == Counterfoil::Action::"request_approval", resource)`;

test('a rule without a word of itself and without a case is found', () => {
  const found = lint(
    '@id("bare") permit(principal, action == Counterfoil::Action::"execute", resource) when { context.complete };',
  );
  assert.deepEqual(found, [
    ['bare', 'without_doc', 'problem'],
    ['bare', 'without_cases', 'problem'],
  ]);
});

test('a condition that no question meets is unreachable', () => {
  const found = lint(`${ASK} when { context.targets > 5 && context.targets < 3 };`);
  assert.deepEqual(found, [
    ['ask', 'without_cases', 'problem'],
    ['ask', 'unreachable', 'problem'],
  ]);
});

test('a permit that another one covers is shadowed, a forbid is a second line of defence', () => {
  const covered = ASK.replace('"ask"', '"covered"');
  const codes = lint(
    `${ASK}; ${covered} when { context.complete };
     @id("no") @doc("d") forbid(principal, action, resource) when { context.killed };
     @id("no-again") @doc("d") forbid(principal, action, resource) when { context.killed && context.class == "cloud" };`,
  ).filter(([, code]) => code !== 'without_cases');
  assert.deepEqual(codes, [
    ['covered', 'shadowed', 'problem'],
    ['no-again', 'second_line', 'note'],
  ]);
});
