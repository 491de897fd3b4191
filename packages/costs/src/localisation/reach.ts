import type { Cube } from './cube.ts';
import { broadEffect, CONTRARY_LOG, ratioTable, type LeafEvidence } from './evidence.ts';
import { fitNulls } from './fit-nulls.ts';
import { BINS } from './bins.ts';
import type { Side } from './null-model.ts';

/** What of a cube is searched: which of its dimensions, and how many of them may be combined. */
export interface Reach {
  readonly dimensions: readonly string[];
  readonly layersMax: number;
}

/** Up to so many dimensions every one is searched. */
const DIMENSIONS_ALL_MAX = 8;
/** Of more dimensions, or of a table too large for all combinations, at most so many are combined. */
const LAYERS_CAPPED = 4;
/** Bound of leaves times combinations of dimensions, and with it of time and memory. */
const WORK_MAX = 10_000_000;

/**
 * What can be searched of a cube in bounded time and memory. Up to eight dimensions all are searched,
 * in all combinations while these times the leaves stay within 10 million; beyond that combinations
 * of fewer dimensions. Of more than eight dimensions (tags) the eight whose single values explain
 * most of the change are searched, in combinations of at most four (a beam over dimensions).
 */
export function reachOf(cube: Cube, evidence: LeafEvidence): Reach {
  const width = cube.dimensions.length;
  const leaves = Math.max(1, cube.actual.length);
  const searched = Math.min(width, DIMENSIONS_ALL_MAX);
  let layersMax = width > DIMENSIONS_ALL_MAX ? LAYERS_CAPPED : width;
  while (layersMax > 1 && combinations(searched, layersMax) * leaves > WORK_MAX) layersMax--;
  if (width <= DIMENSIONS_ALL_MAX) return { dimensions: cube.dimensions, layersMax };
  return { dimensions: bestDimensions(cube, evidence), layersMax };
}

/** The cube with only some of its dimensions; leaves stay as they are. */
export function withDimensions(cube: Cube, names: readonly string[]): Cube {
  if (names.length === cube.dimensions.length) return cube;
  const kept = cube.dimensions.map((_, d) => d).filter((d) => names.includes(at(cube, d)));
  return {
    ...cube,
    dimensions: kept.map((d) => at(cube, d)),
    values: kept.map((d) => cube.values[d] ?? []),
    codes: kept.map((d) => cube.codes[d] as Int32Array),
  };
}

function at(cube: Cube, d: number): string {
  return cube.dimensions[d] as string;
}

function combinations(width: number, layersMax: number): number {
  let count = 0;
  let ofLayer = 1;
  for (let layer = 1; layer <= layersMax; layer++) {
    ofLayer = (ofLayer * (width - layer + 1)) / layer;
    count += ofLayer;
  }
  return count;
}

function bestDimensions(cube: Cube, evidence: LeafEvidence): readonly string[] {
  const ups = leafRatios(evidence, 0);
  const downs = leafRatios(evidence, 1);
  const ranked = cube.dimensions.map((name, d) => {
    const codes = cube.codes[d] as Int32Array;
    const values = cube.values[d]?.length ?? 0;
    return { name, explained: explained(ups, codes, values) + explained(downs, codes, values) };
  });
  ranked.sort((a, b) => b.explained - a.explained || (a.name < b.name ? -1 : 1));
  const best = new Set(ranked.slice(0, DIMENSIONS_ALL_MAX).map(({ name }) => name));
  return cube.dimensions.filter((name) => best.has(name));
}

/** Evidence of each leaf for a cause of unknown size on one side, with nothing known of causes yet. */
function leafRatios(evidence: LeafEvidence, side: Side): Float64Array {
  const none = new Uint8Array(evidence.bin.length);
  const models = fitNulls(evidence, none, { outlierShareMax: 0.02, atomShareMax: 0.02 });
  const table = ratioTable(broadEffect(), models, side);
  const ratios = new Float64Array(evidence.bin.length);
  for (let i = 0; i < ratios.length; i++) {
    if (!evidence.informative[i]) continue;
    const cell = (evidence.size[i] as number) * BINS + (evidence.bin[i] as number);
    ratios[i] = evidence.side[i] === side ? (table[cell] as number) : CONTRARY_LOG;
  }
  return ratios;
}

/** Evidence that single values of a dimension hold beyond what naming them costs. */
function explained(ratios: Float64Array, codes: Int32Array, values: number): number {
  const sums = new Float64Array(values);
  for (let i = 0; i < codes.length; i++) {
    sums[codes[i] as number] = (sums[codes[i] as number] as number) + (ratios[i] as number);
  }
  const length = Math.log(Math.max(1, values));
  return sums.reduce((total, sum) => total + Math.max(0, sum - length), 0);
}
