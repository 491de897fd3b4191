/**
 * Bins of `|deviation|`: 0 holds zero (exactly as expected), the last is the atom at 1, between them
 * 240 of equal width in the fourth root, fine where noise is small and coarse where it is not.
 */
export const BINS = 242;
export const BIN_ATOM = BINS - 1;
/** From this absolute deviation on a leaf is new or vanished. */
export const ATOM_FROM = 0.99995;
const INNER = BINS - 2;

/** Middle of each bin. */
export const BIN_CENTRE: Float64Array = Float64Array.from({ length: BINS }, (_, bin) => {
  if (bin === 0) return 0;
  return bin === BIN_ATOM ? 1 : ((bin - 0.5) / INNER) ** 4;
});

/** The bin of an absolute deviation. */
export function binOf(x: number): number {
  if (x >= ATOM_FROM) return BIN_ATOM;
  if (x <= 0) return 0;
  return 1 + Math.floor(Math.sqrt(Math.sqrt(x)) * INNER);
}

/** The bin of a deviation with its sign: negative where costs went down. */
export function signedBinOf(x: number): number {
  return x < 0 ? -binOf(-x) : binOf(x);
}
