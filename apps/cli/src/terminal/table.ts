import { visibleText } from '@counterfoil/core';

/** A column: its title, and `right` for figures. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

const GAP = '  ';

/** Rows as aligned plain text, titles first. Control characters in cells are shown, not obeyed. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const clean = rows.map((row) => row.map(visibleText));
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...clean.map((row) => (row[index] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map((column, index) => {
        const cell = cells[index] ?? '';
        const width = widths[index] ?? 0;
        return column.align === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join(GAP)
      .trimEnd();
  return [line(columns.map((column) => column.title)), ...clean.map(line)].join('\n');
}
