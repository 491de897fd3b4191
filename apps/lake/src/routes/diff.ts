import { diffVersions, type DiffSide, type Manifest, type VersionsDiff } from '@counterfoil/costs';
import { InputError, type Json } from '@counterfoil/core';
import type { LakeContext } from '../lake-context.ts';
import type { Route } from './route.ts';

/** `{older?, newer?}` in, ids of versions; `VersionsDiff` out. Without them, the newest version and the one before. */
export const diffRoute: Route = {
  method: 'POST',
  path: 'diff',
  answer: async (question, context) => {
    const asked = versionsAsked(question.body());
    const listed = await context.versions.list();
    const newer = asked.newer === undefined ? listed[0] : await find(context, asked.newer);
    const before = listed.slice(listed.findIndex((one) => one.versionId === newer?.versionId) + 1);
    const older = asked.older === undefined ? before[0] : await find(context, asked.older);
    if (newer && older) return diffOf(context, older, newer);
    throw new InputError('VERSIONS_TOO_FEW', 'there is no older version to compare with', {
      remedy: 'ingest a later export first',
    });
  },
};

/** What one version says that the other did not. */
export function diffOf(
  { versions, memoryLimitMb, spillDirectory }: LakeContext,
  older: Manifest,
  newer: Manifest,
): Promise<VersionsDiff> {
  const side = (manifest: Manifest): DiffSide => ({
    manifest,
    charges: versions.chargesOf(manifest),
  });
  return diffVersions(side(older), side(newer), { spillDirectory, memoryLimitMb });
}

async function find({ versions }: LakeContext, versionId: string): Promise<Manifest> {
  const manifest = await versions.read(versionId);
  if (manifest) return manifest;
  throw new InputError('VERSION_UNKNOWN', `the lake has no version ${versionId}`, {
    remedy: 'see `counterfoil versions list`',
  });
}

function versionsAsked(body: Json): { readonly older?: string; readonly newer?: string } {
  const asked = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  const isRight = Object.entries(asked).every(
    ([key, value]) => (key === 'older' || key === 'newer') && typeof value === 'string',
  );
  if (isRight) return asked as { older?: string; newer?: string };
  throw new InputError('BODY_MALFORMED', 'older and newer must be ids of versions');
}
