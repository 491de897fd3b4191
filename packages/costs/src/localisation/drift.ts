import type { Cube } from './cube.ts';
import { ATOM_FROM, BIN_ATOM, BIN_CENTRE, BINS, signedBinOf } from './bins.ts';

/** A group's centre is judged only with so many leaves. */
const GROUP_LEAVES_MIN = 20;
const GROUPS_MIN = 5;
/** Cells of signed deviation: `BINS` is zero. */
const CELLS = 2 * BINS;
/** Largest deviation of a leaf that neither appeared nor vanished. */
const INNER_MAX = ATOM_FROM - 1e-6;
/** Drift is taken for real when the centres spread so many standard errors beyond their noise. */
const SPREAD_ERRORS = 2.5;
/** A value whose centre lies further out than so many usual drifts did something of its own. */
const OWN_DEVIATIONS = 3.5;

/** Signed bounded deviations, the signed bins of them, and which leaves have one. */
interface Deviations {
  readonly deviation: Float64Array;
  readonly cell: Int16Array;
  readonly informative: Uint8Array;
}

/**
 * Takes out of the deviations what whole values of a dimension usually drift by, and returns how far
 * that is for each dimension (0 where it cannot be told). An account that grew a little in everything
 * is no cause where accounts do that. The model is a random effect a dimension: its spread is the
 * robust spread of the values' median deviations with their sampling noise taken off, each value's
 * own drift its median shrunk by the noise (James and Stein 1961); values far outside the usual
 * drift are left alone. Dimensions follow one another, the one that drifts most first.
 */
export function removeDrift(leaves: Deviations, cube: Cube): Float64Array {
  const spreads = new Float64Array(cube.dimensions.length);
  const rest = new Set(cube.dimensions.keys());
  while (rest.size > 0) {
    let most = -1;
    let drift: DimensionDrift = { spread: 0, shifts: [] };
    for (const d of rest) {
      const own = driftOf(leaves, cube.codes[d] as Int32Array, cube.values[d]?.length ?? 0);
      if (own.spread === 0) rest.delete(d);
      if (own.spread > drift.spread) [most, drift] = [d, own];
    }
    if (most < 0) break;
    rest.delete(most);
    spreads[most] = drift.spread;
    shiftLeaves(leaves, cube.codes[most] as Int32Array, Float64Array.from(drift.shifts));
  }
  return spreads;
}

function shiftLeaves(
  { deviation, cell }: Deviations,
  codes: Int32Array,
  shifts: Float64Array,
): void {
  for (let i = 0; i < codes.length; i++) {
    const x = deviation[i] as number;
    if (x === 0 || Math.abs(x) >= ATOM_FROM) continue;
    const shifted = x - (shifts[codes[i] as number] as number);
    deviation[i] = Math.max(-INNER_MAX, Math.min(INNER_MAX, shifted));
    cell[i] = signedBinOf(deviation[i] as number);
  }
}

interface DimensionDrift {
  readonly spread: number;
  /** Usual drift of each value. */
  readonly shifts: readonly number[];
}

const NO_DRIFT: DimensionDrift = { spread: 0, shifts: [] };

function driftOf(leaves: Deviations, codes: Int32Array, values: number): DimensionDrift {
  if (values < GROUPS_MIN || 2 * codes.length < values * GROUP_LEAVES_MIN) return NO_DRIFT;
  const centres = centresOf(countCells(leaves, codes, values), values);
  const known = centres.filter((one) => one !== undefined);
  if (known.length < GROUPS_MIN) return NO_DRIFT;
  const middle = medianOf(known.map(({ centre }) => centre));
  const wide = 1.4826 * medianOf(known.map(({ centre }) => Math.abs(centre - middle)));
  const noise = medianOf(known.map(({ error }) => error));
  if (wide < noise * (1 + SPREAD_ERRORS / Math.sqrt(known.length))) return NO_DRIFT;
  const variance = wide ** 2 - noise ** 2;
  const spread = Math.sqrt(variance);
  const shifts = centres.map((one) => {
    if (!one || Math.abs(one.centre - middle) > OWN_DEVIATIONS * spread) return 0;
    return ((one.centre - middle) * variance) / (variance + one.error ** 2);
  });
  return { spread, shifts };
}

function countCells(
  { cell, informative }: Deviations,
  codes: Int32Array,
  values: number,
): Int32Array {
  const counts = new Int32Array(values * CELLS);
  for (let i = 0; i < codes.length; i++) {
    const signed = cell[i] as number;
    if (!informative[i] || signed === BIN_ATOM || signed === -BIN_ATOM) continue;
    const at = (codes[i] as number) * CELLS + BINS + signed;
    counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}

/** Median deviation of each value and the standard error of it; undefined with too few leaves. */
function centresOf(counts: Int32Array, values: number): (Centre | undefined)[] {
  return Array.from({ length: values }, (_, value) =>
    centreOf(counts.subarray(value * CELLS, (value + 1) * CELLS)),
  );
}

interface Centre {
  readonly centre: number;
  readonly error: number;
}

function centreOf(counts: Int32Array): Centre | undefined {
  let leaves = 0;
  for (let cell = 0; cell < counts.length; cell++) leaves += counts[cell] as number;
  if (leaves < GROUP_LEAVES_MIN) return undefined;
  const quartiles = new Float64Array(3);
  let below = 0;
  let next = 0;
  for (let cell = 0; cell < counts.length && next < 3; cell++) {
    below += counts[cell] as number;
    while (next < 3 && below >= 0.25 * (next + 1) * leaves) quartiles[next++] = deviationAt(cell);
  }
  const [low = 0, centre = 0, high = 0] = quartiles;
  // Standard error of a median of normal values, their deviation judged by the quartiles.
  return { centre, error: (1.2533 * (high - low)) / 1.349 / Math.sqrt(leaves) };
}

function deviationAt(cell: number): number {
  return Math.sign(cell - BINS) * (BIN_CENTRE[Math.abs(cell - BINS)] as number);
}

function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted.length === 0 ? 0 : (sorted[sorted.length >> 1] as number);
}
