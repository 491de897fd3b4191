import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LakeVersion, Manifest } from '@counterfoil/costs';
import { createVersionOfContents } from './version-of-contents.ts';

/** A lake of versions, newest first, each with an id for the contents of the one scope that is asked for. */
function lakeOf(contents: Readonly<Record<string, string>>) {
  const opened: string[] = [];
  const find = createVersionOfContents(
    {
      list: async () =>
        Object.keys(contents).map((versionId) => ({ versionId }) as unknown as Manifest),
    },
    {
      with: (versionId, work) => {
        opened.push(versionId);
        return work({ dataVersionOf: () => contents[versionId] ?? '' } as unknown as LakeVersion);
      },
    },
  );
  return { find, opened };
}

describe('the version of given contents', () => {
  it('is the newest that has them, and is looked for once', async () => {
    const { find, opened } = lakeOf({ 'v-3': 's-other', 'v-2': 's-own', 'v-1': 's-own' });
    assert.equal(await find('s-own', ['1']), 'v-2');
    assert.equal(await find('s-own', ['1']), 'v-2');
    assert.deepEqual(opened, ['v-3', 'v-2']);
  });

  it('may be named by its own id', async () => {
    const { find } = lakeOf({ 'v-3': 's-other', 'v-2': 's-own' });
    assert.equal(await find('v-2', ['1']), 'v-2');
  });

  it('is told to be missing where no version has them', async () => {
    await assert.rejects(lakeOf({ 'v-3': 's-other' }).find('s-own', ['1']), {
      class: 'input',
      code: 'VERSION_UNKNOWN',
      message: /s-own/,
    });
  });
});
