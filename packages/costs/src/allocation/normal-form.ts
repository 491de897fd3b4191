/** Words that mean the same in tags, by the form they are compared in; long form second. */
const LONG_FORMS: ReadonlyMap<string, string> = new Map([
  ['app', 'application'],
  ['bu', 'businessunit'],
  ['cc', 'costcenter'],
  ['dept', 'department'],
  ['dev', 'development'],
  ['env', 'environment'],
  ['prd', 'production'],
  ['prod', 'production'],
  ['proj', 'project'],
  ['stage', 'staging'],
  ['stg', 'staging'],
  ['svc', 'service'],
]);

/** Shortest word in which a typing slip is believed: `team-a` and `team-b` are two teams. */
const TYPO_WORD_CHARS_MIN = 5;
/** Words from this length on may hold two slips. */
const TWO_SLIPS_CHARS_MIN = 9;

/** Why two spellings are taken for the same. */
export type SameReason = 'case_or_separator' | 'plural' | 'abbreviation' | 'typo';

/**
 * The form in which two spellings of a tag key or value are the same: Unicode NFKC, lower case, without separators and without the
 * `user:` that AWS puts before tags of people.
 */
export function normalForm(text: string): string {
  return wordsOf(text).join('');
}

/** Why two texts are probably the same one spelled twice, from the strongest reason to the weakest; null where they are not. */
export function sameReason(left: string, right: string): SameReason | null {
  const [a, b] = [wordsOf(left), wordsOf(right)];
  const [joinedA, joinedB] = [a.join(''), b.join('')];
  if (joinedA === '' || joinedB === '') return null;
  if (joinedA === joinedB) return 'case_or_separator';
  if (singular(joinedA) === singular(joinedB)) return 'plural';
  if (longForm(joinedA) === longForm(joinedB)) return 'abbreviation';
  return isTypo(a, b) ? 'typo' : null;
}

function wordsOf(text: string): readonly string[] {
  return text
    .normalize('NFKC')
    .replace(/^user:/i, '')
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '');
}

function singular(word: string): string {
  if (word.length <= 3 || !word.endsWith('s') || word.endsWith('ss')) return word;
  return word.endsWith('ies') ? `${word.slice(0, -3)}y` : word.slice(0, -1);
}

function longForm(word: string): string {
  return LONG_FORMS.get(word) ?? word;
}

/** Numbers are names, not spellings: `cc-4711` and `cc-4712` are two. The first letter is hardly ever mistyped. */
function isTypo(a: readonly string[], b: readonly string[]): boolean {
  const [joinedA, joinedB] = [a.join(''), b.join('')];
  if (joinedA[0] !== joinedB[0] || digitsOf(joinedA) !== digitsOf(joinedB)) return false;
  if (a.length !== b.length) return isSlip(joinedA, joinedB);
  return a.every((word, at) => word === b[at] || isSlip(word, b[at] ?? ''));
}

function isSlip(left: string, right: string): boolean {
  const shorter = Math.min(left.length, right.length);
  if (shorter < TYPO_WORD_CHARS_MIN) return false;
  return editDistance(left, right) <= (shorter >= TWO_SLIPS_CHARS_MIN ? 2 : 1);
}

function digitsOf(word: string): string {
  return word.replace(/\P{N}/gu, '');
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
export function editDistance(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        swapped ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length] ?? 0;
}
