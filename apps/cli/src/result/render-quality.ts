import type { VersionQuality } from '@counterfoil/costs';
import { renderTable } from '../terminal/table.ts';
import { percentText } from './render-coverage.ts';

/** The quality of a version for people: a line a measure, then what lowers it. */
export function renderQuality(dataVersion: string, quality: VersionQuality): string {
  const { tagCoverage, tagCoveragePercent, conformance, completeness, reconciled } = quality;
  const keys =
    tagCoverage.requiredKeys.length === 0 ? 'any tag' : tagCoverage.requiredKeys.join(', ');
  const rows = [
    [
      'Tag coverage',
      tagCoverage.gate === 'no_data' ? 'not known' : percentText(tagCoveragePercent),
      `by ${keys}; gate ${tagCoverage.gatePercent} %; ${tagCoverage.fromDate} until before ${tagCoverage.toDate}`,
    ],
    [
      'FOCUS conformance',
      conformance.conformant,
      conformance.score === null
        ? ''
        : `lowest score of ${conformance.files.length} files ${conformance.score}, at least ${conformance.scoreMin}`,
    ],
    [
      'Completeness',
      percentText(completeness.rowsPercent),
      completeness.daysMissing.length === 0
        ? 'no day is missing'
        : `days without usage: ${completeness.daysMissing.join(', ')}`,
    ],
    ['Reconciled', reconciled ? 'yes' : 'no', ''],
  ];
  const columns = [{ title: 'MEASURE' }, { title: 'VALUE' }, { title: 'DETAIL' }];
  const verdict =
    quality.verdict === 'good'
      ? 'Nothing lowers the quality of these data.'
      : `Lowered: nothing runs on these data without being asked. ${quality.reasons.map(({ message }) => message).join('; ')}.`;
  return [`Data version ${dataVersion}`, renderTable(columns, rows), verdict].join('\n\n');
}
