import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openContractTable } from './contract-table.ts';

const contract = (contractCommitmentId: string, periodEndDate: string) => ({
  contractCommitmentId,
  contractId: null,
  type: null,
  category: null,
  description: null,
  cost: null,
  billingCurrency: null,
  periodStartDate: null,
  periodEndDate,
});

test('contracts are kept by id: a later one takes the place of the earlier', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'contracts-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const table = openContractTable(directory);
  assert.deepEqual(table.list(), []);
  const [a, b, later] = [
    contract('a', '2027-01-01'),
    contract('b', '2027-01-01'),
    contract('a', '2028-01-01'),
  ];
  assert.deepEqual(table.put([b, a]), { added: 2, count: 2 });
  assert.deepEqual(table.put([later]), { added: 0, count: 2 });
  assert.deepEqual(openContractTable(directory).list(), [later, b]);
  const file = join(directory, 'contracts.json');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  writeFileSync(file, '[');
  assert.throws(() => table.list(), { code: 'CONTRACTS_DAMAGED', class: 'integrity' });
});
