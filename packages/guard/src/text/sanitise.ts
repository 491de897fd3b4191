/** Bidirectional controls, zero-width and invisible characters, tags, variation selectors, and control characters except newline. */
const INVISIBLE =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\u{e0000}-\u{e0fff}]/gu;

const LINK = /(?:[a-z][a-z0-9+.-]*:\/\/|www\.)\S+/giu;

/**
 * Makes untrusted text safe to show as plain text: NFKC, nothing invisible or reordering, no links, white space folded,
 * cut to `lengthMax` characters with an ellipsis. It stays data: escaping for a channel's own markup is the channel's job.
 */
export function sanitiseText(text: string, options: { readonly lengthMax: number }): string {
  const visible = text.toWellFormed().normalize('NFKC').replace(INVISIBLE, '');
  const folded = visible
    .replace(LINK, '[link removed]')
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/ ?\n ?/gu, '\n')
    .replace(/\n{3,}/gu, '\n\n')
    .trim();
  const characters = [...folded];
  if (characters.length <= options.lengthMax) return folded;
  return `${characters.slice(0, Math.max(0, options.lengthMax - 1)).join('')}…`;
}
