const SURROGATE = /[\ud800-\udfff]/;

/** Order of two texts by their UTF-8 bytes, as the database sorts; JavaScript's own order differs beyond U+FFFF. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  if (SURROGATE.test(left) || SURROGATE.test(right)) {
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  }
  return left < right ? -1 : 1;
}
