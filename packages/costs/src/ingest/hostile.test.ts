import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createTestLake, focusCsv } from '../lake.testing.ts';

const LINES = focusCsv([
  { ResourceId: 'first' },
  { ResourceId: 'second' },
  { ResourceId: 'third' },
]).split('\n');
const [HEADER = '', FIRST = '', SECOND = '', THIRD = ''] = LINES;

describe('ingest of damaged files', () => {
  it('takes NUL bytes out of texts, rejects them in figures, and names the file', async (t) => {
    const lake = await createTestLake(t);
    const text = [HEADER, FIRST.replace('first', 'fi\0rst'), SECOND, ''].join('\n');
    const { manifest } = await lake.ingest(lake.file('nul.csv', text));
    assert.equal(manifest.rowsLoaded, 2);
    assert.equal(
      manifest.findings.find(({ code }) => code === 'NUL_BYTES')?.figures['nulBytes'],
      1,
    );
    const version = await lake.open(manifest.versionId);
    const answer = await version.scoped('all').query({
      measures: ['BilledCost'],
      groupBy: ['resourceId'],
      filter: {},
      fromDate: '2026-03-01',
      toDate: '2026-04-01',
    });
    assert.deepEqual(
      answer.rows.map(([resource]) => resource),
      ['first', 'second'],
    );
  });

  it('reads Latin-1 and UTF-16 as such, and says that names may be wrong', async (t) => {
    const lake = await createTestLake(t);
    const text = [HEADER, FIRST.replace('first', 'café'), ''].join('\n');
    for (const [name, bytes] of [
      ['latin.csv', Buffer.from(text, 'latin1')],
      ['utf16.csv', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])],
    ] as const) {
      const { manifest } = await lake.ingest(lake.file(name, bytes));
      assert.equal(manifest.rowsLoaded, 1, name);
      assert.ok(
        manifest.findings.some(({ code }) => code === 'ENCODING_NOT_UTF8'),
        name,
      );
      const version = await lake.open(manifest.versionId);
      const answer = await version.scoped('all').query({
        measures: ['BilledCost'],
        groupBy: ['resourceId'],
        filter: {},
        fromDate: '2026-03-01',
        toDate: '2026-04-01',
      });
      assert.equal(answer.rows[0]?.[0], 'café', name);
    }
  });

  it('keeps what an unclosed quote swallows as one rejected record, whole', async (t) => {
    const lake = await createTestLake(t);
    const rows = ['first', 'second', 'third'].map((ResourceId) => ({ ResourceId, Tags: '' }));
    const text = focusCsv(rows).replace('second', '"second');
    const { manifest } = await lake.ingest(lake.file('quote.csv', text));
    assert.deepEqual([manifest.rowsLoaded, manifest.rowsRejected], [1, 1]);
    const [problem] = manifest.problems;
    assert.equal(problem?.row, 2);
    assert.match(problem?.reason ?? '', /cannot be split into cells/);
    const directory = lake.versions.parts.directoryOf(manifest.files[0]?.partId ?? '');
    const rejects = readFileSync(join(directory, 'rejects.ndjson'), 'utf8');
    assert.ok(rejects.includes('third'));
  });

  it('numbers rows as they stand in the file, rejected records before them counted', async (t) => {
    const lake = await createTestLake(t);
    const text = [
      HEADER,
      FIRST,
      'too,few',
      SECOND,
      `${THIRD},too,many`,
      FIRST.replace('1.00', 'x'),
      '',
    ];
    const { manifest } = await lake.ingest(lake.file('rows.csv', text.join('\n')));
    assert.deepEqual(
      manifest.problems.map(({ row, column }) => [row, column === 'BilledCost']),
      [
        [2, false],
        [4, false],
        [5, true],
      ],
    );
    assert.deepEqual([manifest.rowsRead, manifest.rowsLoaded], [5, 2]);
  });

  for (const bad of [[50_000], []]) {
    it(`numbers rows as they stand in a file that is read by several threads, ${bad.length} of them rejected`, async (t) => {
      const lake = await createTestLake(t);
      const filler = 'x'.repeat(400);
      const rows = Array.from({ length: 60_000 }, (_, at) => ({
        ResourceId: `row-${at + 1}`,
        BilledCost: bad.includes(at + 1) ? 'bad' : '1',
        Tags: '',
        ServiceName: filler,
      }));
      const { manifest } = await lake.ingest(lake.file('big.csv', focusCsv(rows)));
      assert.deepEqual(
        manifest.problems.map(({ row }) => row),
        bad,
      );
      const version = await lake.open(manifest.versionId);
      const [counts] = await version.scoped('all').rows.rows({
        sql: `SELECT count(*), count(*) FILTER (ResourceId = 'row-' || x_SourceRow) FROM scoped`,
        parameters: [],
      });
      const loaded = String(60_000 - bad.length);
      assert.deepEqual(counts, [loaded, loaded]);
    });
  }

  it('reads a byte order mark, CRLF, and a file that ends without a line break', async (t) => {
    const lake = await createTestLake(t);
    const text = `\ufeff${[HEADER, FIRST, SECOND].join('\r\n')}`;
    const { manifest } = await lake.ingest(lake.file('bom.csv', text));
    assert.deepEqual([manifest.rowsLoaded, manifest.rowsRejected], [2, 0]);
    assert.equal(
      manifest.findings.some(({ code }) => code === 'EXTRA_COLUMNS'),
      false,
    );
  });

  it('loads a line of a megabyte and rejects one beyond its limit', async (t) => {
    const lake = await createTestLake(t);
    const long = (bytes: number) => FIRST.replace('first', 'x'.repeat(bytes));
    const loaded = await lake.ingest(
      lake.file('long.csv', [HEADER, long(1_000_000), SECOND, ''].join('\n')),
    );
    assert.equal(loaded.manifest.rowsLoaded, 2);
    const tooLong = lake.file(
      'longer.csv',
      [HEADER, SECOND, long(5_000_000), THIRD, ''].join('\n'),
    );
    const outcome = await lake.ingest(tooLong).then(
      ({ manifest }) => manifest.rowsRejected,
      (error: { code: string }) => error.code,
    );
    assert.ok(outcome === 1 || outcome === 'DATA_UNREADABLE', String(outcome));
  });

  it('refuses a header that names a cost twice, and one whose quote never closes', async (t) => {
    const lake = await createTestLake(t);
    const twice = lake.file('twice.csv', `${HEADER},billedcost\n${FIRST},2\n`);
    await assert.rejects(lake.ingest(twice), { code: 'COLUMN_DUPLICATED' });
    const open = lake.file('open.csv', `"BilledCost,Effective\n${FIRST}\n`);
    await assert.rejects(lake.ingest(open), { class: 'input' });
  });

  it('takes no header text for SQL', async (t) => {
    const lake = await createTestLake(t);
    const evil = `"x""); DROP TABLE staged_0; --",'; ATTACH 'evil.db'`;
    const { manifest } = await lake.ingest(
      lake.file(`a'; --.csv`, `${HEADER},${evil}\n${FIRST},1,2\n`),
    );
    assert.equal(manifest.rowsLoaded, 1);
    assert.equal(
      manifest.findings.find(({ code }) => code === 'EXTRA_COLUMNS')?.figures['columns'],
      2,
    );
  });

  it('refuses a cut gzip file, a false Parquet file and a binary', async (t) => {
    const lake = await createTestLake(t);
    const zipped = gzipSync(LINES.join('\n'));
    const cut = lake.file('cut.csv.gz', zipped.subarray(0, zipped.length - 10));
    await assert.rejects(lake.ingest(cut), { code: 'FILE_UNREADABLE' });
    const parquet = lake.file('false.parquet', 'PAR1 and nothing more');
    await assert.rejects(lake.ingest(parquet), { class: 'input' });
    const binary = lake.file(
      'noise.csv',
      Buffer.from(Array.from({ length: 4_096 }, (_, at) => (at * 131) % 256)),
    );
    await assert.rejects(lake.ingest(binary), { class: 'input' });
  });

  it('reads a file whose lines end in two ways, and says so', async (t) => {
    const lake = await createTestLake(t);
    for (const [name, text] of [
      ['crlf-first.csv', `${HEADER}\r\n${FIRST}\n${SECOND}\r\n${THIRD}\n`],
      ['lf-first.csv', `${HEADER}\n${FIRST}\r\n${SECOND}\n${THIRD}\r\n`],
      ['with-reject.csv', `${HEADER}\n${FIRST}\r\ntoo,few\n${SECOND}\n${THIRD}\r\n`],
    ] as const) {
      const { manifest } = await lake.ingest(lake.file(name, text));
      assert.equal(manifest.rowsLoaded, 3, name);
      assert.equal(manifest.rowsRejected, name === 'with-reject.csv' ? 1 : 0, name);
      assert.ok(
        manifest.findings.some(({ code }) => code === 'LINE_ENDS_MIXED'),
        name,
      );
    }
  });

  it('finds nothing strange in a line feed within quotes', async (t) => {
    const lake = await createTestLake(t);
    const text = focusCsv([{ ResourceId: 'two\nlines' }, {}])
      .replaceAll('\n', '\r\n')
      .replace('two\r', 'two');
    const { manifest } = await lake.ingest(lake.file('quoted.csv', text));
    assert.equal(manifest.rowsLoaded, 2);
    assert.ok(!manifest.findings.some(({ code }) => code === 'LINE_ENDS_MIXED'));
  });
});
