import { fileURLToPath } from 'node:url';
import { runChecks } from './checks.ts';
import { discoverTests } from './discover-tests.ts';
import { preparePeers } from './prepare-peers.ts';
import { runTests } from './run-tests.ts';
import { addTallies, exitCodeOf, renderTally } from './tally.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const inCi = process.env['CI'] === 'true';
const only = process.argv.slice(2);

const say = (line: string) => console.log(line);
// Arguments choose test files by a part of their path; then the checks of the whole tree are left out.
const checked = only.length > 0 ? { passed: 0, failed: 0, skipped: 0 } : await runChecks(root, say);
const peers = await preparePeers(root, { environment: process.env, say });
const files = discoverTests(root, only);
say(`\nRunning ${files.length} test files`);
const tested = await runTests(files, { root, environment: peers, say });
const tally = addTallies(checked, tested);
say(`\n${renderTally(tally)}`);
process.exitCode = exitCodeOf(tally, { skips: inCi ? 'fail' : 'allowed' });
