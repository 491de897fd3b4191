/** Columns that text is wrapped to: those of the narrowest usual terminal, less the mark before a line. */
const COLUMNS_MAX = 74;

/**
 * Breaks one line between words, and a word that is longer than a line inside it, so that no terminal breaks it itself
 * and lets the rest begin a line of its own.
 */
export function wrapLine(line: string): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ').flatMap(piecesOf)) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (longer.length > COLUMNS_MAX && current !== '') {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return [...lines, current];
}

function piecesOf(word: string): readonly string[] {
  if (word.length <= COLUMNS_MAX) return [word];
  const pieces: string[] = [];
  for (let at = 0; at < word.length; at += COLUMNS_MAX) {
    pieces.push(word.slice(at, at + COLUMNS_MAX));
  }
  return pieces;
}
