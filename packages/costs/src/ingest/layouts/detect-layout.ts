import { InputError } from '@counterfoil/core';
import { awsCur2Layout, awsLegacyCurLayout } from './aws-cur.ts';
import { azureEaLayout } from './azure-ea.ts';
import { focusLayout } from './focus.ts';
import type { Layout } from './layout.ts';

/** Every layout that is read. A new one is one file and one line here. */
export const LAYOUTS: readonly Layout[] = [
  focusLayout,
  awsCur2Layout,
  awsLegacyCurLayout,
  azureEaLayout,
];

/** The layout whose required columns are all present; `InputError` naming the nearest ones and what they miss otherwise. */
export function detectLayout(columns: readonly string[], fileName: string): Layout {
  const names = new Set(columns.map((column) => column.toLowerCase()));
  const ranked = LAYOUTS.map((layout) => ({ layout, missing: missingColumns(layout, names) })).sort(
    (a, b) => missingShare(a) - missingShare(b),
  );
  const [best] = ranked;
  if (best?.missing.length === 0) {
    rejectDuplicates(best.layout, columns, fileName);
    return best.layout;
  }
  if (names.has('contractcommitmentid') && !names.has('billedcost')) {
    throw new InputError(
      'DATASET_UNSUPPORTED',
      `${fileName} is a FOCUS Contract Commitment dataset, not Cost and Usage`,
      {
        remedy:
          'give the Cost and Usage export; this file goes to `counterfoil commitments import`',
      },
    );
  }
  const nearest = ranked
    .slice(0, 2)
    .map(({ layout, missing }) => `${layout.label} lacks ${listed(missing)}`);
  throw new InputError(
    'COLUMNS_MISSING',
    `${fileName}: required columns are missing; nearest known layouts: ${nearest.join('; ')}`,
    {
      remedy: 'export all columns of one of these layouts, with a header row',
      details: { file: fileName, missing: listed(best?.missing ?? []) },
    },
  );
}

interface Candidate {
  readonly layout: Layout;
  readonly missing: readonly string[];
}

function missingColumns(layout: Layout, names: ReadonlySet<string>): readonly string[] {
  return layout.requiredColumns
    .filter((alternatives) => !alternatives.some((column) => names.has(column.toLowerCase())))
    .map((alternatives) => alternatives.join(' or '));
}

function missingShare({ layout, missing }: Candidate): number {
  return missing.length / layout.requiredColumns.length;
}

function listed(columns: readonly string[]): string {
  const shown = columns.slice(0, 12).join(', ');
  return columns.length > 12 ? `${shown} and ${columns.length - 12} more` : shown;
}

/** A known column that stands twice leaves open which one counts. */
function rejectDuplicates(layout: Layout, columns: readonly string[], fileName: string): void {
  const seen = new Set<string>();
  for (const column of columns) {
    const name = column.toLowerCase();
    if (seen.has(name) && layout.knows(column) && !name.startsWith('resourcetags/')) {
      throw new InputError(
        'COLUMN_DUPLICATED',
        `${fileName}: column ${column} stands twice in the header`,
        {
          remedy: 'remove or rename one of the two',
          details: { file: fileName, column: column.slice(0, 80) },
        },
      );
    }
    seen.add(name);
  }
}
