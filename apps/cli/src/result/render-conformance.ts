import { visibleText } from '@counterfoil/core';
import type { ConformanceReport, RuleVerdict } from '@counterfoil/costs';
import { renderTable } from '../terminal/table.ts';

type Failure = Extract<RuleVerdict, { verdict: 'fail' }>;

const RIGHT = { align: 'right' as const };
const COLUMNS = [
  { title: 'RULE' },
  { title: 'WORD' },
  { title: 'ROWS', ...RIGHT },
  { title: 'FIRST', ...RIGHT },
  { title: 'VALUE' },
  { title: 'TEXT' },
];
const VALUE_SHOWN_MAX = 24;
const TEXT_SHOWN_MAX = 90;

/** A conformance report as text: the score, the counts, and what failed; composites are left out, as their parts are shown. */
export function renderConformance(report: ConformanceReport): string {
  const { file, model, rows, recordsUnreadable, counts, score } = report;
  const failures = report.rules.filter((rule): rule is Failure => rule.verdict === 'fail');
  const shown = failures.filter(({ failedParts }) => failedParts.length === 0);
  const { must, should } = counts;
  const skipped = must.skipped + should.skipped + counts.may.skipped;
  const notApplicable = must.not_applicable + should.not_applicable + counts.may.not_applicable;
  return [
    `${visibleText(file.name)}: ${rows} rows against FOCUS ${model.focusVersion}, ${model.dataset}, ${model.rules} rules`,
    `Score ${score === null ? 'none' : `${(score * 100).toFixed(1)} %`}: of the MUST rules ${must.pass} passed and ${must.fail} failed; of the SHOULD rules ${should.pass} and ${should.fail}.`,
    `${notApplicable} rules do not apply, ${skipped} were skipped; --json tells why.`,
    ...(recordsUnreadable > 0 ? [`${recordsUnreadable} records could not be read.`] : []),
    ...(shown.length > 0 ? ['', renderTable(COLUMNS, shown.map(cellsOf))] : []),
  ].join('\n');
}

function cellsOf({
  ruleId,
  keyword,
  rowsViolating,
  firstRow,
  firstValue,
  text,
}: Failure): readonly string[] {
  const rows = rowsViolating === null ? '' : String(rowsViolating);
  const value = firstRow === null ? '' : (firstValue ?? 'none');
  return [
    ruleId,
    keyword,
    rows,
    firstRow === null ? '' : String(firstRow),
    cut(value, VALUE_SHOWN_MAX),
    cut(text, TEXT_SHOWN_MAX),
  ];
}

function cut(text: string, lengthMax: number): string {
  const letters = [...text];
  return letters.length <= lengthMax ? text : `${letters.slice(0, lengthMax - 1).join('')}…`;
}
