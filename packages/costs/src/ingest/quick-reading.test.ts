import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createTestLake, focusCsv, type TestLake, type TestRow } from '../lake.testing.ts';

/** Texts of costs that the quick way must leave alone or store exactly. */
const EDGES = [
  [
    '0',
    '-0',
    '.5',
    '5.',
    '-.5',
    '+1.5',
    '0.0000000001',
    '9999999.9999999999',
    '-9999999.9999999999',
  ],
  [
    '10000000',
    '10000000.0000000001',
    '99999999999.5',
    '0.00000000001',
    '0.12345678901',
    '1e-11',
    '1e-10',
  ],
  [
    '1.5E3',
    '2e-3',
    '1234567.1e-1',
    '1.00000000000000000000',
    '5.00000000000000000001',
    '0.1000000000000',
  ],
  [
    '123456789012345.6',
    '0.000000000000000001',
    '999999999999999999.5',
    '9.99999999999999e2',
    '1e7',
    '1e6',
  ],
].flat();

const decimal = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.stringMatching(/^[0-9]{1,9}$/),
    fc.stringMatching(/^(\.[0-9]{1,14})?$/),
    fc.constantFrom('', '', '', 'e-3', 'E2'),
  )
  .map((cells) => cells.join(''));

/** Each row's cost by its place in the file. */
async function costsOf(lake: TestLake, versionId: string): Promise<readonly (string | null)[]> {
  const version = await lake.open(versionId);
  const rows = await version.scoped('all').rows.rows({
    sql: `SELECT BilledCost::VARCHAR FROM scoped ORDER BY x_SourceRow`,
    parameters: [],
  });
  return rows.map(([cost]) => cost ?? null);
}

/** The text as a decimal of 18 places, computed in whole numbers; the 19th place rounds away from zero. */
function exactly(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?$/.exec(text) ?? [];
  const shift = 18 - fraction.length + Number(exponent);
  const digits = BigInt(`${whole}${fraction}`);
  const divisor = 10n ** BigInt(Math.max(0, -shift));
  const units = (digits * 10n ** BigInt(Math.max(0, shift)) + divisor / 2n) / divisor;
  const padded = units.toString().padStart(19, '0');
  const negative = sign === '-' && units > 0n ? '-' : '';
  return `${negative}${padded.slice(0, -18)}.${padded.slice(-18)}`;
}

/** Enough ordinary rows that the quick way is taken. */
function ordinary(count: number): readonly TestRow[] {
  return Array.from({ length: count }, (_, at) => ({ BilledCost: `${at}.25` }));
}

describe('the quick way of loading', () => {
  it('stores every decimal as it stands in the file, to the last digit', async (t) => {
    const lake = await createTestLake(t);
    const texts = [...EDGES, ...fc.sample(decimal, { numRuns: 600, seed: 11 })];
    const rows = [...ordinary(2_500), ...texts.map((BilledCost) => ({ BilledCost }))];
    const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv(rows)));
    assert.deepEqual([manifest.rowsLoaded, manifest.rowsRejected], [rows.length, 0]);
    assert.deepEqual([manifest.parts[0]?.decimals, manifest.parts[0]?.mended], ['narrow', true]);
    const costs = await costsOf(lake, manifest.versionId);
    assert.deepEqual(
      costs,
      rows.map(({ BilledCost = '' }) => exactly(BilledCost)),
    );
    assert.equal(manifest.reconciled, true);
  });

  it('mends the rows that it is not certain of, and rejects only those that nobody understands', async (t) => {
    const lake = await createTestLake(t);
    const rows = [
      ...ordinary(2_500),
      { BilledCost: '1.5', ChargePeriodStart: '2026-03-06T01:00:00+02:00' },
      { BilledCost: '1,5' },
      { BilledCost: '12345678901.5', ListCost: 'x' },
      { BilledCost: '1.5', PricingQuantity: 'many' },
      { BilledCost: '2.5', Tags: '[1]' },
    ];
    const columns = [...Object.keys({ ...focusRow(), PricingQuantity: '' })];
    const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv(rows, columns)));
    assert.deepEqual(
      manifest.problems.map(({ row, column, outcome }) => [row, column, outcome]),
      [
        [2_502, 'BilledCost', 'rejected'],
        [2_503, 'ListCost', 'rejected'],
        [2_504, 'PricingQuantity', 'loaded_without_value'],
        [2_505, 'Tags', 'loaded_without_value'],
      ],
    );
    const version = await lake.open(manifest.versionId);
    const [first] = await version.scoped('all').rows.rows({
      sql: `SELECT x_SourceRow, ChargePeriodStart::VARCHAR FROM scoped WHERE x_SourceRow = 2501`,
      parameters: [],
    });
    assert.deepEqual(first, ['2501', '2026-03-05 23:00:00']);
    assert.equal(manifest.reconciled, true);
  });

  for (const [what, late, code] of [
    ['a NUL byte', 'r\0', 'NUL_BYTES'],
    ['the word NULL', 'NULL', 'NULL_AS_TEXT'],
    ['another encoding', 'caf\xe9', 'ENCODING_NOT_UTF8'],
    ['another line end', 'r\r', 'LINE_ENDS_MIXED'],
  ] as const) {
    it(`notices ${what} that stands only behind the first megabyte`, async (t) => {
      const lake = await createTestLake(t);
      const columns = Object.keys(focusRow());
      const last = [...columns.filter((column) => column !== 'ResourceId'), 'ResourceId'];
      const rows = Array.from({ length: 6_000 }, (_, at) => ({
        ResourceId: at === 5_500 ? 'LATE' : `r-${at}`,
      }));
      const text = focusCsv(rows, last).replace('LATE', late);
      assert.ok(text.length > 1_200_000);
      const { manifest } = await lake.ingest(lake.file('a.csv', Buffer.from(text, 'latin1')));
      assert.equal(manifest.rowsLoaded, 6_000);
      assert.deepEqual(
        manifest.findings.filter((finding) => finding.code === code).map(({ subject }) => subject),
        ['a.csv'],
      );
    });
  }
});

function focusRow(): Readonly<Record<string, string>> {
  const [header = ''] = focusCsv([{}]).split('\n');
  return Object.fromEntries(header.split(',').map((column) => [column, '']));
}
