import { InputError } from '@counterfoil/core';

/** Records of CSV text as RFC 4180 has it; blank lines are left out. Fails where a quoted cell does not end. */
export function parseCsv(text: string): readonly (readonly string[])[] {
  const records: string[][] = [];
  let record: string[] = [];
  let cell = '';
  let quoted = false;
  let wasQuoted = false;
  const endCell = () => {
    record.push(cell);
    cell = '';
    wasQuoted = false;
  };
  const endRecord = () => {
    endCell();
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') cell += text[at++];
      else quoted = false;
    } else if (character === '"' && cell === '' && !wasQuoted) {
      quoted = true;
      wasQuoted = true;
    } else if (character === ',') endCell();
    else if (character === '\n') endRecord();
    else if (character !== '\r' || text[at + 1] !== '\n') cell += character;
  }
  if (quoted) {
    throw new InputError(
      'CSV_MALFORMED',
      `record ${records.length + 1}: a quoted cell does not end`,
      {
        remedy: 'write quotes in a quoted cell twice, and close it',
      },
    );
  }
  if (cell !== '' || record.length > 0) endRecord();
  return records;
}

/** Records as CSV text, quoted as RFC 4180 says. A text that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csvText(records: readonly (readonly string[])[]): string {
  return records.map((record) => `${record.map(cellText).join(',')}\n`).join('');
}

function cellText(text: string): string {
  const isNumber = /^-?\d+(\.\d+)?$/.test(text);
  const safe = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
