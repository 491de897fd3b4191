import type { VersionQuality } from '@counterfoil/costs';
import { visibleText } from '@counterfoil/core';
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
  return [`Data version ${dataVersion}`, renderTable(columns, rows), qualityVerdict(quality)].join(
    '\n\n',
  );
}

/** What the quality of a version means, in a sentence or two; null is quality that could not be judged. */
export function qualityVerdict(quality: VersionQuality | null): string {
  if (quality === null) {
    return 'Data quality could not be judged: nothing runs on these data without being asked. The log of the lake says why.';
  }
  if (quality.verdict === 'good') return 'Nothing lowers the quality of these data.';
  const reasons = quality.reasons.map(({ message }) => message).join('; ');
  return `Data quality lowered: nothing runs on these data without being asked. ${visibleText(reasons)}.`;
}
