import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { PolicyQuestion } from '@counterfoil/core';
import { loadPolicyBundle, type PolicyBundle } from '@counterfoil/guard';
import { readBundleFiles } from '../bundle/read-bundle.ts';
import { readBase } from '../cases/policy-case.ts';
import { diffBundles } from './diff-bundles.ts';
import { reportShadow } from './shadow-report.ts';

const directory = fileURLToPath(new URL('../../../../policies/', import.meta.url));
const base = readBase(directory) as PolicyQuestion;
const { 'schema.cedarschema': schema = '' } = readBundleFiles(directory);
const ask = (id: string, targets: number, quorum = 1) =>
  `@id("${id}") @approval("roles=a;quorum=${quorum};assurance=key")
   permit(principal, action == Counterfoil::Action::"request_approval", resource)
   when { context.targets < ${targets} };`;
const bundle = (...texts: readonly string[]): PolicyBundle =>
  loadPolicyBundle({ 'schema.cedarschema': schema, 'small.cedar': texts.join('\n') });

test('a moved threshold shows at the very values between the old and the new one', () => {
  const found = diffBundles(bundle(ask('ask', 7)), bundle(ask('ask', 9)), { base, questions: [] });
  assert.deepEqual([found.added, found.removed, found.changed], [[], [], ['ask']]);
  const alone = found.differences.map(({ name }) => name).filter((name) => !name.includes(','));
  assert.deepEqual(alone, ['targets 7', 'targets 8']);
  assert.ok(
    found.differences.every(
      ({ before, after }) => before.type === 'deny' && after.type === 'require_approval',
    ),
  );
});

test('a rule by another name changes nothing for anybody, another quorum does', () => {
  const renamed = diffBundles(bundle(ask('one', 7)), bundle(ask('two', 7)), {
    base,
    questions: [],
  });
  assert.deepEqual([renamed.added, renamed.removed, renamed.differences], [['two'], ['one'], []]);
  const stricter = diffBundles(bundle(ask('one', 7)), bundle(ask('one', 7, 2)), {
    base: null,
    questions: [{ origin: 'recorded', name: 'r', question: base }],
  });
  assert.deepEqual(stricter.asked, { case: 0, grid: 0, recorded: 1 });
  assert.equal(stricter.differences[0]?.after.requirement?.quorum, 2);
});

test('answers of a second bundle are counted by what differs, the most frequent first', () => {
  const answer = (digest: string, answered: string, shadowAnswered: string) => ({
    ...{ digest: `sha256:${digest}` as const, shadowSha256: 's', policyBundleSha256: 'p' },
    ...{ answered, shadowAnswered },
  });
  const report = reportShadow([
    answer('1', 'allow', 'deny'),
    answer('2', 'ask', 'allow'),
    answer('3', 'ask', 'ask'),
    answer('4', 'ask', 'allow'),
  ]);
  assert.deepEqual(report, [
    {
      ...{ shadowSha256: 's', decisions: 4, same: 1 },
      differences: [
        { answered: 'ask', shadowAnswered: 'allow', count: 2, examples: ['sha256:2', 'sha256:4'] },
        { answered: 'allow', shadowAnswered: 'deny', count: 1, examples: ['sha256:1'] },
      ],
    },
  ]);
  assert.deepEqual(reportShadow([]), []);
});
