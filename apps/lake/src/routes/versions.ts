import { InputError } from '@counterfoil/core';
import type { Route } from './route.ts';

/** All manifests, newest first. */
export const versionsRoute: Route = {
  method: 'GET',
  path: 'versions',
  answer: async (_question, { versions }) => ({ versions: await versions.list() }),
};

/** One manifest. */
export const versionRoute: Route = {
  method: 'GET',
  path: 'versions/*',
  answer: async ({ id }, { versions }) => {
    const manifest = await versions.read(id);
    if (manifest) return manifest;
    throw new InputError('VERSION_UNKNOWN', `the lake has no version ${id}`, {
      remedy: 'see `counterfoil versions list`',
    });
  },
};
