import { formatMoney } from '@counterfoil/core';
import { renderTable, type Column } from '../terminal/table.ts';

/** An answer for people, and as exact records for CSV with their header first. */
export interface CostReport {
  readonly text: string;
  readonly records: readonly (readonly string[])[];
}

/** What the charges have no value for. */
const NONE = '(none)';

/** Columns of which the last `figures` stand on the right. */
export function columnsOf(titles: readonly string[], figures: number): readonly Column[] {
  return titles.map((title, at) =>
    at >= titles.length - figures ? { title, align: 'right' } : { title },
  );
}

/** The name of a dimension as the title of a column. */
export function titleOf(dimension: string): string {
  return dimension.startsWith('tag:')
    ? dimension
    : dimension.replace(/[A-Z]/g, (letter) => ` ${letter}`).toUpperCase();
}

/** The value of a dimension for people. */
export function valueText(value: string | null | undefined): string {
  return value === null || value === undefined || value === '' ? NONE : value;
}

/** `1,234.50 USD`, with its sign where it is a change. */
export function moneyOf(currency: string): {
  readonly plain: (amount: string) => string;
  readonly signed: (amount: string) => string;
} {
  const plain = (amount: string) => formatMoney({ amount, currency });
  return {
    plain,
    signed: (amount) => {
      const text = plain(amount);
      // What rounds to nothing has no direction.
      if (/^-?0\.00 /.test(text)) return text.replace('-', '');
      return amount.startsWith('-') ? text : `+${text}`;
    },
  };
}

/** `12.3 %`, with a sign where it is a change; a dash of nothing. */
export function percentText(percent: number | null, kind: 'share' | 'change' = 'share'): string {
  if (percent === null) return '–';
  return `${kind === 'change' && percent > 0 ? '+' : ''}${percent} %`;
}

/** Where an answer comes from, for the last line of a report. */
export function sourceLine(answer: {
  readonly queryId: string;
  readonly dataVersion: string;
  readonly rowsRead: number;
}): string {
  return `${answer.rowsRead.toLocaleString('en')} charges read of data version ${answer.dataVersion}; query ${answer.queryId}`;
}

/** A table of which the last `figures` columns stand on the right. */
export function figuresTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  figures: number,
): string {
  return renderTable(columnsOf(titles, figures), rows);
}
