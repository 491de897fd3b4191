import type { Engine } from '../duck/engine.ts';
import { judge } from '../ingest/reconcile.ts';
import type { FileFacts, FileProbe } from '../ingest/probe.ts';
import type { StagedFile } from '../ingest/stage.ts';
import type { Part } from '../versions/part.ts';
import type { Finding } from './finding.ts';

/**
 * What one file shows by itself: layout, encoding, columns, rejected rows, totals, cells. The file has no name here, so nothing is the
 * subject: {@link namedFindings} adds it.
 */
export async function findFileTraps(
  engine: Engine,
  staged: StagedFile,
  report: Part['report'],
): Promise<readonly Finding[]> {
  return [
    ...layoutTraps(staged.layout.layoutId, staged.layoutName),
    ...columnTraps(staged.header, staged.layout.knows),
    ...encodingTraps(staged.probe),
    ...lineEndTraps(staged),
    ...rowTraps(report),
    ...(await findStagedTraps(engine, staged)),
  ];
}

/** Findings of a part under the name that its file has now. */
export function namedFindings(part: Pick<Part, 'findings'>, name: string): readonly Finding[] {
  return part.findings.map((finding) => ({ ...finding, subject: name }));
}

/** Older deliveries of a billing period that were left out. */
export function supersededFiles(paths: readonly string[]): readonly Finding[] {
  if (paths.length === 0) return [];
  return [
    {
      code: 'DELIVERIES_SUPERSEDED',
      severity: 'info',
      subject: null,
      message: `${paths.length} files of older deliveries were left out, because newer ones of the same billing periods take their place`,
      figures: { files: paths.length, first: paths[0] ?? null },
    },
  ];
}

/** Files that were given more than once, under whatever names. */
export function duplicateFiles(
  probes: readonly Pick<FileProbe, 'sha256' | 'name' | 'bytes'>[],
): readonly Finding[] {
  return probes.flatMap((probe, at): Finding[] => {
    const first = probes.findIndex((other) => other.sha256 === probe.sha256);
    if (first === at) return [];
    return [
      {
        code: 'DUPLICATE_FILE',
        severity: 'warning',
        subject: probe.name,
        message: `has the same contents as ${probes[first]?.name ?? ''} and was loaded once`,
        figures: { bytes: probe.bytes },
      },
    ];
  });
}

function layoutTraps(layoutId: string, layoutName: string): readonly Finding[] {
  if (layoutId === 'focus') return [];
  const legacy = layoutId === 'aws_cur_legacy';
  return [
    {
      code: legacy ? 'LEGACY_CUR_MAPPED' : 'OTHER_LAYOUT_MAPPED',
      severity: 'info',
      subject: null,
      message: `${layoutName} was mapped to FOCUS columns; BilledCost is the file's own cost, the other cost columns are derived`,
      figures: { layout: layoutName },
    },
  ];
}

function columnTraps(
  header: readonly string[],
  knows: (column: string) => boolean,
): readonly Finding[] {
  const extra = header.filter((column) => !knows(column));
  const lower = header.map((column) => column.toLowerCase());
  const twice = header.filter((_, at) => lower.indexOf(lower[at] ?? '') !== at);
  const findings: Finding[] = [];
  if (extra.length > 0) {
    findings.push({
      code: 'EXTRA_COLUMNS',
      severity: 'info',
      subject: null,
      message: `columns outside the layout are left out: ${listed(extra)}`,
      figures: { columns: extra.length, names: listed(extra) },
    });
  }
  if (twice.length > 0) {
    findings.push({
      code: 'DUPLICATE_COLUMNS',
      severity: 'info',
      subject: null,
      message: `column names stand more than once: ${listed(twice)}`,
      figures: { columns: twice.length, names: listed(twice) },
    });
  }
  return findings;
}

function encodingTraps(probe: FileFacts): readonly Finding[] {
  if (probe.format !== 'csv') return [];
  const findings: Finding[] = [];
  if (probe.encoding !== 'utf-8') {
    findings.push({
      code: 'ENCODING_NOT_UTF8',
      severity: 'warning',
      subject: null,
      message: `is not UTF-8 and was read as ${probe.encoding}: names with accents may be wrong, figures are not`,
      figures: { encoding: probe.encoding },
    });
  }
  if (probe.nulBytes > 0 && probe.encoding !== 'utf-16') {
    findings.push({
      code: 'NUL_BYTES',
      severity: 'warning',
      subject: null,
      message: 'holds NUL bytes, which were taken out: the export may be damaged',
      figures: { nulBytes: probe.nulBytes },
    });
  }
  return findings;
}

/** The lenient reader was needed: see `stageFile`. */
function lineEndTraps({ probe, rejectsTable }: StagedFile): readonly Finding[] {
  if (rejectsTable?.endsWith('_lenient') !== true) return [];
  return [
    {
      code: 'LINE_ENDS_MIXED',
      severity: 'warning',
      subject: null,
      message:
        'ends its lines in two ways: it was put together from several files, so look for rows that are missing or double',
      figures: { bytes: probe.bytes },
    },
  ];
}

function rowTraps(file: Part['report']): readonly Finding[] {
  const findings: Finding[] = [];
  if (file.rowsRejected > 0) {
    findings.push({
      code: 'ROWS_REJECTED',
      severity: 'warning',
      subject: null,
      message: `${file.rowsRejected} of ${file.rowsRead} rows could not be read and are in the rejects file`,
      figures: { rowsRejected: file.rowsRejected, rowsRead: file.rowsRead },
    });
  }
  if (file.rowsRead === 0) {
    findings.push({
      code: 'FILE_WITHOUT_ROWS',
      severity: 'warning',
      subject: null,
      message: 'has a header and no rows',
      figures: { rowsRead: 0 },
    });
  }
  if (!file.reconciled) {
    findings.push({
      code: 'TOTALS_DIFFER',
      severity: 'warning',
      subject: null,
      message: 'the published totals differ from the file: do not use this version',
      figures: { difference: judge(file.reconciliation).difference },
    });
  }
  return findings;
}

/** What only the loading could see, cell by cell. */
async function findStagedTraps(engine: Engine, staged: StagedFile): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const flags = 'x_null_texts, x_zoneless, x_cut';
  const mended =
    staged.counts.rowsOdd === 0 ? '' : ` UNION ALL SELECT ${flags} FROM ${staged.mendedTable}`;
  const [row] = await engine.rows(
    `SELECT count(*), sum(x_null_texts), count(*) FILTER (x_null_texts > 0), count(*) FILTER (x_zoneless), count(*) FILTER (x_cut)
    FROM (SELECT ${flags} FROM ${staged.table} WHERE NOT x_odd${mended})`,
  );
  const [rows = 0, cells = 0, rowsWithNull = 0, zoneless = 0, cut = 0] = (row ?? []).map(Number);
  if (cells > 0) {
    findings.push({
      code: 'NULL_AS_TEXT',
      severity: 'info',
      subject: null,
      message: 'writes the word NULL for missing values; it was read as missing',
      figures: { cells, rows: rowsWithNull },
    });
  }
  if (zoneless > 0) {
    findings.push({
      code: 'TIMESTAMPS_WITHOUT_ZONE',
      severity: 'info',
      subject: null,
      message: 'charge periods carry no time zone and were taken as UTC',
      figures: { rows: zoneless, rowsRead: rows },
    });
  }
  if (cut > 0) {
    findings.push({
      code: 'DECIMALS_CUT',
      severity: 'info',
      subject: null,
      message: 'costs with more than 18 decimal places were rounded to 18',
      figures: { rows: cut },
    });
  }
  return findings;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => name.slice(0, 80));
  return names.length > 20 ? `${shown.join(', ')} and ${names.length - 20} more` : shown.join(', ');
}
