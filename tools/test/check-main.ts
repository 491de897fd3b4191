import { fileURLToPath } from 'node:url';
import { runChecks } from './checks.ts';
import { exitCodeOf, renderTally } from './tally.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const tally = await runChecks(root, (line) => console.log(line));
console.log(`\n${renderTally(tally)}`);
process.exitCode = exitCodeOf(tally, { skips: 'fail' });
