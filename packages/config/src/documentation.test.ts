import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { configurationSchema } from './configuration.ts';
import { readConfiguration } from './read-configuration.ts';

const text = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
const [, example = ''] = /```yaml\n([^]*?)```/.exec(text) ?? [];

test('the documented configuration is valid', () => {
  const result = readConfiguration(example, 'docs/configuration.md');
  assert.deepEqual(result.type === 'invalid' ? result.problems : [], []);
});

test('the documentation shows every section', () => {
  for (const section of Object.keys(configurationSchema.shape)) {
    assert.match(example, new RegExp(`^${section}:`, 'm'), section);
  }
});
