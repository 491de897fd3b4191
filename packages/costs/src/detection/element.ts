import type { CostElement } from '@counterfoil/core';

/** Does `outer` cover `inner`: does `inner` have every value that `outer` names? */
export function covers(outer: CostElement, inner: CostElement): boolean {
  const values = new Map(Object.entries(inner));
  return Object.entries(outer).every(([dimension, value]) => values.get(dimension) === value);
}
