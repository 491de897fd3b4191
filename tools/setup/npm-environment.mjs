// @ts-check

/**
 * npm settings that say how to reach the registry. Everything else that an outer `npm start` puts into the environment
 * (`json`, `omit`, `workspace`, …) would change what the inner `npm ci` installs.
 */
const REACHING_THE_REGISTRY =
  /^npm_config_(registry|cafile|ca|cert|key|proxy|https_proxy|noproxy|cache|userconfig|globalconfig|offline|prefer_offline|strict_ssl|maxsockets|fetch_\w+|@.*|_auth.*|\/\/.*)$/i;

/**
 * The environment for an inner npm: the caller's, without what npm's own life cycle added and without `NODE_ENV`, which
 * would leave out half of the packages.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function innerNpmEnvironment(environment) {
  const kept = Object.entries(environment).filter(([name]) => {
    if (name === 'NODE_ENV' || name === 'INIT_CWD') return false;
    return !/^npm_/i.test(name) || REACHING_THE_REGISTRY.test(name);
  });
  return Object.fromEntries(kept);
}

/**
 * The command that runs npm: the very npm that started us if there is one, or else the one on the path.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @returns {{ command: string, leading: string[], shell: boolean }}
 */
export function npmCommand(environment) {
  const { npm_execpath: script, npm_node_execpath: node } = environment;
  if (script !== undefined && /npm-cli\.c?js$/.test(script)) {
    return { command: node ?? process.execPath, leading: [script], shell: false };
  }
  // On Windows npm is a batch file, which only a shell can start.
  const windows = process.platform === 'win32';
  return { command: windows ? 'npm.cmd' : 'npm', leading: [], shell: windows };
}
