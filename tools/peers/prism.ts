import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startPeer, type Peer } from './peer-process.ts';

const ROOT = new URL('../../', import.meta.url);
const PROGRAM = 'node_modules/@stoplight/prism-cli/dist/index.js';
const SPECIFICATIONS = '../shared/contracts/official/openapi/prism-ready/';

/** Why a test that needs prism is skipped. */
export const PRISM_MISSING =
  'needs ../shared, and prism: npm install --prefix .peers @stoplight/prism-cli@5.14.2';

/**
 * Starts prism, which judges requests by the vendor's own specification and answers with its examples. `null` where prism
 * or the specification is not there. `errors` makes a request that does not fit an HTTP error rather than a guess.
 */
export async function startPrism(
  specification: 'jira-cloud-v3' | 'slack',
  options: { readonly errors: boolean },
): Promise<Peer | null> {
  const program = ['', '.peers/']
    .map((prefix) => fileURLToPath(new URL(`${prefix}${PROGRAM}`, ROOT)))
    .find((path) => existsSync(path));
  const file = fileURLToPath(new URL(`${SPECIFICATIONS}${specification}.json`, ROOT));
  if (program === undefined || !existsSync(file)) return null;
  const errors = options.errors ? ['--errors'] : [];
  return await startPeer({
    program: process.execPath,
    argumentsFor: (port) => [
      program,
      'mock',
      '-h',
      '127.0.0.1',
      '-p',
      String(port),
      ...errors,
      file,
    ],
    readyPath: '/',
  });
}
