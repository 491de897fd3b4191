import type { CostDimension, CostElement } from '@counterfoil/core';

/** Does `outer` cover `inner`: does `inner` have every value that `outer` names? */
export function covers(outer: CostElement, inner: CostElement): boolean {
  for (const dimension in outer) {
    if (outer[dimension as CostDimension] !== inner[dimension as CostDimension]) return false;
  }
  return true;
}

/** Can one charge belong to both: do they agree on every dimension that both name? */
export function agree(one: CostElement, other: CostElement): boolean {
  for (const dimension in one) {
    const value = other[dimension as CostDimension];
    if (value !== undefined && value !== one[dimension as CostDimension]) return false;
  }
  return true;
}

/** The one dimension that both elements name and in which they differ; undefined where there is none or several. */
export function differingDimension(
  one: CostElement,
  other: CostElement,
): CostDimension | undefined {
  const differing = (Object.keys(one) as CostDimension[]).filter(
    (dimension) => other[dimension] !== undefined && one[dimension] !== other[dimension],
  );
  return differing.length === 1 ? differing[0] : undefined;
}
