import { dirname, resolve } from 'node:path';
import type { LakeSettings } from '@counterfoil/config';
import type { LoadedConfiguration } from '../command-context.ts';
import { readTaxonomy } from './inputs.ts';

/**
 * What the lake judges its data by: the requirement model and the taxonomy that the configuration names. Throws `InputError` where the
 * taxonomy is wrong, so that nothing starts on half of it.
 */
export async function qualitySettings({
  configuration,
  file,
}: LoadedConfiguration): Promise<Pick<LakeSettings, 'focusModelFile' | 'taxonomy'>> {
  if (file === null) return {};
  const { focusModelFile, taxonomyFile } = configuration.lake;
  const near = (path: string) => resolve(dirname(file), path);
  return {
    ...(focusModelFile === undefined ? {} : { focusModelFile: near(focusModelFile) }),
    ...(taxonomyFile === undefined
      ? {}
      : { taxonomy: (await readTaxonomy(near(taxonomyFile))) as LakeSettings['taxonomy'] }),
  };
}
