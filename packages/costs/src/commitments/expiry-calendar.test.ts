import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createTestLake } from '../lake.testing.ts';
import { parseContractCommitments, readContractRows } from './contract-commitment.ts';
import { calendarIcs, expiryCalendar } from './expiry-calendar.ts';
import { summariseCommitments } from './summarise-commitments.ts';

const HEADER =
  'ContractCommitmentId,ContractCommitmentPeriodEnd,ContractCommitmentCost,ContractCommitmentType';
const data = (name: string) => join(import.meta.dirname, '../../../../../shared/data', name);

describe('a Contract Commitment file', () => {
  it('gives the end of each term as a day in UTC', () => {
    const rows = parseContractCommitments(
      `${HEADER}\nsp-1,2027-03-01T00:00:00Z,100.5,Savings Plan\nsp-2,2027-03-01T00:30:00+02:00,NULL,\nsp-3,2027-03-01 08:00:00,,\n`,
      'c.csv',
    );
    assert.deepEqual(
      rows.map(({ contractCommitmentId, periodEndDate, cost, type }) => [
        contractCommitmentId,
        periodEndDate,
        cost,
        type,
      ]),
      [
        ['sp-1', '2027-03-01', '100.5', 'Savings Plan'],
        ['sp-2', '2027-02-28', null, null],
        ['sp-3', '2027-03-01', null, null],
      ],
    );
    assert.deepEqual(readContractRows(rows), rows);
  });

  it('is refused with every line that is wrong, and charges are sent to ingest', () => {
    const text = `${HEADER}\n,2027-03-01T00:00:00Z,1,\nsp,2027-02-31T30:00:00Z,1,\nsp,2027-03-01,1e5,\n`;
    assert.throws(() => parseContractCommitments(text, 'c.csv'), {
      code: 'CONTRACTS_MALFORMED',
      message:
        'c.csv:\nline 2: ContractCommitmentId is missing\nline 3: ContractCommitmentPeriodEnd is no date and time\nline 4: ContractCommitmentCost is no plain number',
    });
    assert.throws(() => parseContractCommitments('BilledCost,ChargeCategory\n', 'm.csv'), {
      code: 'DATASET_OTHER',
      message: 'm.csv is a dataset of charges',
      remedy: 'give it to `counterfoil ingest`',
    });
    assert.throws(() => parseContractCommitments('', 'm.csv'), { code: 'DATASET_OTHER' });
    assert.throws(() => readContractRows([{ contractCommitmentId: 'x' }]), {
      code: 'CONTRACTS_MALFORMED',
    });
  });

  it('tells when the commitments of the real files of FOCUS 1.3 end, which their charges do not', async (t) => {
    const contractFile = data('focus_1.3_aws_contract_commitment_2000.csv');
    if (!existsSync(contractFile)) return t.skip('needs ../shared');
    const contracts = parseContractCommitments(readFileSync(contractFile, 'utf8'), 'c.csv');
    assert.equal(contracts.length, 130);
    const lake = await createTestLake(t);
    const { manifest } = await lake.ingest(data('focus_1.3_aws_synthetic_2000.csv'));
    const scoped = (await lake.open(manifest.versionId)).scoped('all');
    const answer = await summariseCommitments(scoped, manifest.currencies, contracts);
    const commitments = answer.currencies.flatMap((one) => one.commitments);
    assert.equal(commitments.length, 127);
    assert.ok(commitments.every(({ expiresBy }) => expiresBy === 'contract'));
    const entries = expiryCalendar(answer, contracts, { todayDate: '2026-05-01', pastDaysMax: 0 });
    assert.equal(entries.length, 130);
    assert.equal(
      entries.filter(({ utilisationPercent }) => utilisationPercent === null).length >= 3,
      true,
    );
  });
});

describe('the calendar of expiries', () => {
  const contract = (id: string, periodEndDate: string) => ({
    contractCommitmentId: id,
    contractId: null,
    type: 'Savings Plan',
    category: null,
    description: 'compute; 1 year, no upfront',
    cost: '100',
    billingCurrency: 'USD',
    periodStartDate: null,
    periodEndDate,
  });
  const contracts = [
    contract('later', '2027-01-01'),
    contract('today', '2026-03-10'),
    contract('over', '2026-03-09'),
    contract('long-over', '2026-02-01'),
  ];
  const entries = expiryCalendar({ currencies: [] }, contracts, {
    todayDate: '2026-03-10',
    pastDaysMax: 1,
  });

  it('goes by date, and keeps what has just ended', () => {
    assert.deepEqual(
      entries.map(({ commitmentDiscountId, daysLeft }) => [commitmentDiscountId, daysLeft]),
      [
        ['over', -1],
        ['today', 0],
        ['later', 297],
      ],
    );
  });

  it('is written as iCalendar, with escapes and folded lines', () => {
    const ics = calendarIcs(
      [{ ...(entries[0] ?? assert.fail()), commitmentDiscountId: `a,b\n${'ü'.repeat(60)}` }],
      '20260310T000000Z',
    );
    const lines = ics.split('\r\n');
    assert.ok(lines.every((line) => Buffer.byteLength(line) <= 75));
    const unfolded = ics.replaceAll('\r\n ', '');
    assert.match(unfolded, /^BEGIN:VCALENDAR\r\n[^]*END:VCALENDAR\r\n$/);
    assert.match(unfolded, /DTSTART;VALUE=DATE:20260309\r\n/);
    assert.match(unfolded, /SUMMARY:Savings Plan ends: a\\,b\\nü{60}\r\n/);
    assert.match(unfolded, /DESCRIPTION:compute\\; 1 year\\, no upfront\\; from its contract\r\n/);
  });

  it('of nothing is an empty calendar', () => {
    assert.doesNotMatch(calendarIcs([], '20260310T000000Z'), /VEVENT/);
  });
});
