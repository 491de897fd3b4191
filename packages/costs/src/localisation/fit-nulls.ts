import type { LeafEvidence } from './evidence.ts';
import { BIN_ATOM, BINS } from './bins.ts';
import { fitNull, type NullLimits, type NullModel, type Side } from './null-model.ts';

/** The null of a class of size is drawn towards the null of all leaves as if by so many leaves of that. */
const POOLED_LEAVES = 1000;

/**
 * Fits a null to each class of size on the leaves that are not taken, and shrinks them towards each
 * other (empirical Bayes): a class in which chance put no outlier is not one in which there are none.
 * How many leaves appear and vanish is left to each class; small leaves do, large ones do not.
 */
export function fitNulls(
  evidence: LeafEvidence,
  taken: Uint8Array,
  limits: NullLimits,
): readonly NullModel[] {
  const { bin, side, size, informative } = evidence;
  const classes = size.reduce((most, one) => Math.max(most, one), 0) + 1;
  const histograms = Array.from({ length: classes }, (): [Float64Array, Float64Array] => [
    new Float64Array(BINS),
    new Float64Array(BINS),
  ]);
  const leaves = new Float64Array(classes);
  for (let i = 0; i < bin.length; i++) {
    if (!informative[i] || taken[i]) continue;
    const own = size[i] as number;
    leaves[own] = (leaves[own] as number) + 1;
    const histogram = (histograms[own] as [Float64Array, Float64Array])[side[i] as Side];
    histogram[bin[i] as number] = (histogram[bin[i] as number] as number) + 1;
  }
  const models = histograms.map((sides, own) => fitNull(sides, leaves[own] as number, limits));
  if (classes === 1) return models;
  const pooled = [pooledDensity(models, leaves, 0), pooledDensity(models, leaves, 1)] as const;
  return models.map(({ density }, own) => ({
    density: [
      shrunk(density[0], leaves[own] as number, pooled[0]),
      shrunk(density[1], leaves[own] as number, pooled[1]),
    ],
  }));
}

function pooledDensity(
  models: readonly NullModel[],
  leaves: Float64Array,
  side: Side,
): Float64Array {
  const total = Math.max(
    1,
    leaves.reduce((sum, one) => sum + one, 0),
  );
  const pooled = new Float64Array(BINS);
  models.forEach(({ density }, own) => {
    const share = (leaves[own] as number) / total;
    for (let bin = 0; bin < BINS; bin++) {
      pooled[bin] = (pooled[bin] as number) + share * (density[side][bin] as number);
    }
  });
  return pooled;
}

function shrunk(density: Float64Array, leaves: number, pooled: Float64Array): Float64Array {
  const own = leaves / (leaves + POOLED_LEAVES);
  return density.map((one, bin) =>
    bin === 0 || bin === BIN_ATOM ? one : own * one + (1 - own) * (pooled[bin] as number),
  );
}
