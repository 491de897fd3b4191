import { CONTRARY_LOG, type LeafEvidence } from './evidence.ts';
import { BIN_ATOM, BIN_CENTRE, BINS, binOf } from './bins.ts';
import { type NullModel, type Side } from './null-model.ts';

/** Cells of signed deviation: `BINS` is zero. */
const CELLS = 2 * BINS;
/** Shifts tried, in deviations of the drift. */
const SHIFTS = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5] as const;

/**
 * How much better than "nothing happened" a common drift describes an element's leaves, in nats: the
 * best shift towards `side` of the null of every leaf, paid for by its distance in deviations of the
 * usual drift of the element's dimensions. It is what a cause must beat besides the null.
 */
export function driftGain(
  context: {
    readonly evidence: LeafEvidence;
    readonly models: readonly NullModel[];
  },
  element: { readonly leaves: Int32Array; readonly side: Side; readonly mask: number },
): number {
  let variance = 0;
  context.evidence.drift.forEach((one, d) => (variance += element.mask & (1 << d) ? one ** 2 : 0));
  if (variance === 0) return 0;
  const deviation = Math.sqrt(variance) * (element.side === 0 ? 1 : -1);
  const cells = signedCells(context.evidence, element.leaves);
  let best = 0;
  for (const shift of SHIFTS) {
    const gain = shiftGain(cells, shift * deviation, context.models) - 0.5 * shift ** 2;
    if (gain > best) best = gain;
  }
  return best;
}

/** Leaves by class of size and signed bin; leaves that appeared or vanished tell nothing of drift. */
function signedCells(evidence: LeafEvidence, leaves: Int32Array): ReadonlyMap<number, number> {
  const cells = new Map<number, number>();
  for (const leaf of leaves) {
    const bin = evidence.bin[leaf] as number;
    if (bin === BIN_ATOM) continue;
    const cell =
      (evidence.size[leaf] as number) * CELLS +
      (evidence.side[leaf] === 0 ? BINS + bin : BINS - bin);
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
  }
  return cells;
}

function shiftGain(
  cells: ReadonlyMap<number, number>,
  shift: number,
  models: readonly NullModel[],
): number {
  let gain = 0;
  for (const [cell, count] of cells) {
    const signed = (cell % CELLS) - BINS;
    if (signed === 0) {
      gain += count * CONTRARY_LOG;
      continue;
    }
    const { density } = models[Math.floor(cell / CELLS)] as NullModel;
    const x = Math.sign(signed) * (BIN_CENTRE[Math.abs(signed)] as number);
    const there = densityAt(density, x - shift);
    gain += count * Math.log(there / densityAt(density, x));
  }
  return gain;
}

function densityAt(density: NullModel['density'], x: number): number {
  const bin = Math.min(BIN_ATOM - 1, Math.max(1, binOf(Math.abs(x))));
  return density[x < 0 ? 1 : 0][bin] as number;
}
