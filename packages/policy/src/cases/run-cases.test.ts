import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readBundle } from '../bundle/read-bundle.ts';
import { findSurvivors } from './find-survivors.ts';
import { readCases } from './policy-case.ts';
import { runCases } from './run-cases.ts';

const directory = fileURLToPath(new URL('../../../../policies/', import.meta.url));
const loaded = readBundle(directory);
const cases = readCases(directory);

for (const { name, file, expected, answered } of runCases(loaded, cases)) {
  test(`${file}: ${name}`, () => {
    const { reason, ...answer } = answered;
    assert.deepEqual(answer, expected, reason);
  });
}

test('removing any one policy of the pack, or moving any number by one, is noticed by a case', () => {
  const { mutants, survivors } = findSurvivors(loaded, cases);
  assert.ok(mutants > loaded.bundle.policies.length);
  assert.deepEqual(survivors, []);
});

test('a threshold that no case stands beside is found', () => {
  const beside = cases.filter(({ question }) => ![10, 11].includes(question.targets));
  const { survivors } = findSurvivors(loaded, beside);
  const found = new Set(survivors.map(({ policyId }) => policyId));
  assert.equal(found.has('ask-more-for-many-targets'), true);
  assert.equal(found.has('forbid-many-targets-without-two-passkeys'), true);
});

test('a case about a policy that is gone is an error that names it', () => {
  const stray = cases.slice(0, 1).map((given) => ({ ...given, only: ['no-such-policy'] }));
  assert.throws(() => runCases(loaded, stray), { code: 'POLICY_UNKNOWN' });
});
