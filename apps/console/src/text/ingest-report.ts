import type { Json, JsonObject } from '@counterfoil/core';

/** The part of an ingest report that people read first; the whole report stands beside it. */
export interface IngestReport {
  readonly versionId: string;
  readonly rowsRead: number;
  readonly rowsRejected: number;
  readonly fromDate: string;
  readonly toDate: string;
  readonly isReconciled: boolean;
  readonly files: readonly IngestedFile[];
  readonly problemsCount: number;
  readonly problems: readonly RowProblem[];
  readonly findings: readonly DataFinding[];
  /** Null where the quality was not judged. */
  readonly quality: IngestedQuality | null;
}

/** How far the data can be relied on. */
export interface IngestedQuality {
  readonly isGood: boolean;
  /** What lowers it, in sentences. */
  readonly reasons: readonly string[];
}

export interface IngestedFile {
  readonly name: string;
  readonly layout: string;
  readonly rowsRead: number;
  readonly rowsRejected: number;
  readonly isReconciled: boolean;
  /** What the first cost column sums to, by currency; plain decimals. */
  readonly totals: readonly {
    readonly column: string;
    readonly currency: string;
    readonly loaded: string;
    readonly difference: string;
  }[];
}

export interface RowProblem {
  readonly file: string;
  readonly row: number;
  readonly column: string;
  readonly value: string;
  readonly reason: string;
}

export interface DataFinding {
  readonly code: string;
  readonly severity: string;
  readonly subject: string;
  readonly message: string;
}

/** Reads a report that the lake wrote; null where it is of another shape, to be shown as it is. */
export function readIngestReport(report: JsonObject): IngestReport | null {
  const files = list(report['files']);
  if (files.length === 0 || typeof report['rowsRead'] !== 'number') return null;
  return {
    versionId: text(report['versionId']),
    rowsRead: count(report['rowsRead']),
    rowsRejected: count(report['rowsRejected']),
    fromDate: text(report['fromDate']),
    toDate: text(report['toDate']),
    isReconciled: report['reconciled'] === true,
    files: files.map(readFile),
    problemsCount: list(report['problemKinds']).reduce((sum, kind) => sum + count(kind['rows']), 0),
    problems: list(report['problems']).map((problem) => ({
      file: text(problem['file']),
      row: count(problem['row']),
      column: text(problem['column']),
      value: text(problem['value']),
      reason: text(problem['reason']),
    })),
    findings: list(report['findings']).map((finding) => ({
      code: text(finding['code']),
      severity: text(finding['severity']),
      subject: text(finding['subject']),
      message: text(finding['message']),
    })),
    quality: readQuality(report['dataQuality']),
  };
}

function readQuality(quality: Json | undefined): IngestedQuality | null {
  const [known] = list(quality === undefined ? [] : [quality]);
  if (known === undefined) return null;
  return {
    isGood: known['verdict'] === 'good',
    reasons: list(known['reasons']).map((reason) => text(reason['message'])),
  };
}

function readFile(file: JsonObject): IngestedFile {
  const reconciliation = list(file['reconciliation']);
  const column = text(reconciliation[0]?.['column']);
  return {
    name: text(file['name']),
    layout: text(file['layout']),
    rowsRead: count(file['rowsRead']),
    rowsRejected: count(file['rowsRejected']),
    isReconciled: file['reconciled'] === true,
    totals: reconciliation
      .filter((item) => text(item['column']) === column)
      .map((item) => ({
        column,
        currency: text(item['currency']),
        loaded: text(item['loaded']),
        difference: text(item['difference']),
      })),
  };
}

function list(value: Json | undefined): readonly JsonObject[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly Json[]).filter(
    (item): item is JsonObject => typeof item === 'object' && item !== null && !Array.isArray(item),
  );
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function count(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0;
}
