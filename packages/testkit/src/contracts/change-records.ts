import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlatformError, type ChangeRecord, type ChangeRecords } from '@counterfoil/core';

/** A system of change records that holds one open record, and one that fails. */
export interface ChangeRecordsContractSubject {
  readonly records: ChangeRecords;
  readonly open: ChangeRecord;
  /** A well-formed id that no record has. */
  readonly unknownId: string;
  /** The same against a system that fails. */
  readonly failing: ChangeRecords;
  /** How often the system was asked. */
  requests(): number;
  /** Changes the open record in the system, so that it is over. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

const HOSTILE_IDS = [
  '',
  ' ',
  '^active=true',
  '../sys_user',
  'A-1 OR 1=1',
  'CHG1^ORnumberISNOTEMPTY',
  'x'.repeat(300),
];

/** Registers the tests that every system of change records must pass. `create` is called once for each. */
export function testChangeRecordsContract(
  name: string,
  create: () => Promise<ChangeRecordsContractSubject>,
): void {
  const contract = (
    promise: string,
    check: (subject: ChangeRecordsContractSubject) => Promise<void>,
  ) =>
    test(`${name}: ${promise}`, async () => {
      const subject = await create();
      try {
        await check(subject);
      } finally {
        await subject.close();
      }
    });

  contract('an open record is told with window, accounts, targets and risk', async (subject) => {
    assert.deepEqual(await subject.records.find(subject.open.changeId), subject.open);
  });

  contract('a record that is not there is null', async ({ records, unknownId }) => {
    assert.equal(await records.find(unknownId), null);
  });

  contract('an id that cannot be one is null and never sent', async ({ records, requests }) => {
    for (const changeId of HOSTILE_IDS) assert.equal(await records.find(changeId), null);
    assert.equal(requests(), 0);
  });

  contract('each reading is fresh', async ({ records, open, finish }) => {
    assert.equal((await records.find(open.changeId))?.status, 'open');
    await finish();
    assert.equal((await records.find(open.changeId))?.status, 'over');
  });

  contract('a failing system is an error with a code, never a missing record', async (subject) => {
    await assert.rejects(() => subject.failing.find(subject.open.changeId), PlatformError);
  });
}
