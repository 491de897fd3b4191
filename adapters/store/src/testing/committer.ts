/**
 * A program for tests: commits step after step on one case as the executor until it is killed, and says `ack <version>` after each
 * acknowledged commit. Arguments: database URL, case id, first version.
 */
import { openSampleStore } from './samples.ts';

const [databaseUrl = '', caseId = '', version = '0'] = process.argv.slice(2);
const store = await openSampleStore(databaseUrl);
for (let current = Number(version); ; current += 1) {
  const result = await store.cases.commit({
    caseId,
    versionExpected: current,
    events: [{ type: 'case_halted', code: 'TEST', reason: `step ${current}` }],
    jobs: [
      { queue: 'executor', task: 'verify', payload: { version: `${current}` }, key: `${current}` },
    ],
  });
  process.stdout.write(result.type === 'committed' ? `ack ${current + 1}\n` : 'conflict\n');
}
