import { InputError } from '@counterfoil/core';

export type Delimiter = ',' | ';' | '\t' | '|';

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];

/** A header row and how its file separates cells. */
export interface Header {
  readonly columns: readonly string[];
  readonly delimiter: Delimiter;
}

/**
 * Reads the first row of a CSV text. The delimiter is the one that gives the most columns.
 * Fails with `InputError` where there is no header row within the text.
 */
export function parseHeader(text: string, fileName: string): Header {
  const candidates = DELIMITERS.map((delimiter) => ({
    delimiter,
    columns: firstRecord(text, delimiter),
  }));
  const best = candidates.reduce((a, b) =>
    (b.columns?.length ?? 0) > (a.columns?.length ?? 0) ? b : a,
  );
  if (best.columns === null || best.columns.every((column) => column.trim() === '')) {
    throw new InputError('HEADER_MISSING', `${fileName} has no header row in its first megabyte`, {
      remedy: 'give a CSV export whose first line names the columns',
      details: { file: fileName },
    });
  }
  return { columns: best.columns.map((column) => column.trim()), delimiter: best.delimiter };
}

/** Cells of the first record (RFC 4180 quoting); null where a quote never closes. */
function firstRecord(text: string, delimiter: Delimiter): readonly string[] | null {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') {
        cell += '"';
        at++;
      } else quoted = false;
    } else if (char === '"' && cell === '') quoted = true;
    else if (char === delimiter) {
      cells.push(cell);
      cell = '';
    } else if (char === '\n' || char === '\r') break;
    else cell += char;
  }
  return quoted ? null : [...cells, cell];
}
