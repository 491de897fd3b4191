import { formatMoney } from '@counterfoil/core';
import type { SpellingFound, SuggestAnswer } from '@counterfoil/costs';
import { renderTable } from '../terminal/table.ts';

const RIGHT = { align: 'right' } as const;

const REASON: Readonly<Record<SpellingFound['reason'], string>> = {
  case_or_separator: 'case or separators',
  plural: 'plural',
  abbreviation: 'abbreviation: look',
  typo: 'typing slip: look',
};

/** Suggestions for people: a line a spelling, with what hangs on it. */
export function renderSuggestions(answer: SuggestAnswer): string {
  const { fromDate, toDate, rowsRead, keysRead, suggestions, keysNotCompared, queryId } = answer;
  const head = `${keysRead} tag keys on ${rowsRead} charges from ${fromDate} until before ${toDate}`;
  const ids =
    keysNotCompared.length === 0
      ? []
      : [
          `Values of ${keysNotCompared.join(', ')} are too many to be a vocabulary and were not compared.`,
        ];
  const columns = [
    { title: 'KEY' },
    { title: 'KEEP' },
    { title: 'SPELLED' },
    { title: 'COST', ...RIGHT },
    { title: 'CHARGES', ...RIGHT },
    { title: 'WHY' },
  ];
  const rows = suggestions.flatMap(({ type, key, canonical, spellings }) =>
    spellings.map(({ text, costs, rows: count, reason }) => [
      type === 'key' ? '(the key itself)' : key,
      canonical,
      text,
      costs.map(({ cost, currency }) => formatMoney({ amount: cost, currency })).join(' + '),
      String(count),
      REASON[reason],
    ]),
  );
  const found =
    rows.length === 0
      ? 'No two keys and no two values of a key look like one spelled twice.'
      : renderTable(columns, rows);
  return [head, found, ...ids, `Nothing is applied. Query ${queryId}`].join('\n\n');
}
