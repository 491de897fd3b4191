import type { VersionStore } from '@counterfoil/costs';
import { InputError } from '@counterfoil/core';
import type { OpenVersions } from './open-versions.ts';

/** Contents whose version is remembered. */
const REMEMBERED_MAX = 1_000;

/** Finds the version that has given contents. */
export type VersionOfContents = (
  dataVersion: string,
  accounts: readonly string[],
) => Promise<string>;

/**
 * A case is pinned to the contents of its own accounts, which the newest version may still have however much other accounts changed
 * since. The newest version with them is taken: the answers are the same by the byte. `InputError` where no version has them.
 */
export function createVersionOfContents(
  versions: Pick<VersionStore, 'list'>,
  open: Pick<OpenVersions, 'with'>,
): VersionOfContents {
  const remembered = new Map<string, string>();
  return async (dataVersion, accounts) => {
    const known = remembered.get(dataVersion);
    if (known !== undefined) return known;
    for (const { versionId } of await versions.list()) {
      const found = await open.with(versionId, async (version) => version.dataVersionOf(accounts));
      if (found !== dataVersion && versionId !== dataVersion) continue;
      if (remembered.size >= REMEMBERED_MAX) remembered.clear();
      remembered.set(dataVersion, versionId);
      return versionId;
    }
    throw new InputError('VERSION_UNKNOWN', `no version of the lake has the data ${dataVersion}`, {
      remedy: 'ingest the files that the case was opened on again',
    });
  };
}
