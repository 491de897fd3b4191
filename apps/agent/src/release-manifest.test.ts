import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffManifests, type Tool } from '@counterfoil/core';
import { releaseOf, type ReleaseParts } from './release-manifest.ts';

const tool = (name: string, type: string) => ({ name, inputSchema: { type } }) as unknown as Tool;
const parts: ReleaseParts = {
  settings: {
    release: 'r1',
    triage: { impactMinPercent: 15, impactMinPerDay: '200' },
    approvalTtlMs: 1_000,
  },
  tools: [tool('b', 'object'), tool('a', 'object')],
  planners: [],
  playbooks: [{ name: 'p', text: 'x' }],
  causes: [],
  policyBundleSha256: 'f'.repeat(64),
};

test('the same parts are the same release, in whatever order they stand', () => {
  const turned = { ...parts, tools: [...parts.tools].toReversed() };
  assert.deepEqual(releaseOf(turned), releaseOf(parts));
});

test('every part makes another release, and the difference names it', () => {
  const { settings } = parts;
  const others: readonly (readonly [Partial<ReleaseParts>, string])[] = [
    [{ tools: [tool('a', 'object'), tool('b', 'array')] }, 'tool b'],
    [{ playbooks: [{ name: 'p', text: 'y' }] }, 'playbooksSha256'],
    [{ causes: [{ name: 'c', text: '' }] }, 'causesSha256'],
    [{ policyBundleSha256: 'e'.repeat(64) }, 'policyBundleSha256'],
    [{ settings: { ...settings, approvalTtlMs: 2_000 } }, 'parameter approvalTtlMs'],
  ];
  const before = releaseOf(parts);
  for (const [change, part] of others) {
    const after = releaseOf({ ...parts, ...change });
    assert.notEqual(after.releaseSha256, before.releaseSha256, part);
    const differences = diffManifests(before.manifest, after.manifest);
    assert.deepEqual(
      differences.map((one) => one.part),
      [part],
    );
  }
  assert.deepEqual(diffManifests(before.manifest, before.manifest), []);
});
