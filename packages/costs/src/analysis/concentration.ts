import type { Cube } from '../localisation/index.ts';

/** Part of all movement that one value must hold to count as where the change is. */
const SHARE_MIN = 0.9;

/** Values that hold most of a movement together, and the part of it that they hold. */
export interface Concentration {
  readonly where: Readonly<Record<string, string>>;
  readonly share: number;
}

/**
 * For a table too small to be searched with any certainty: per dimension, the one value that holds at least nine tenths of the gross
 * movement, if there is one. Values narrow one another, so the result selects leaves that hold nine tenths together as well.
 */
export function concentration(cube: Cube): Concentration {
  const where: Record<string, string> = {};
  let leaves = Array.from(cube.actual.keys());
  const total = movementOf(cube, leaves);
  cube.dimensions.forEach((dimension, at) => {
    const byCode = new Map<number, number[]>();
    for (const leaf of leaves) {
      const code = cube.codes[at]?.[leaf] ?? 0;
      const group = byCode.get(code);
      if (group) group.push(leaf);
      else byCode.set(code, [leaf]);
    }
    for (const [code, group] of byCode) {
      if (total === 0 || movementOf(cube, group) < SHARE_MIN * total) continue;
      where[dimension] = cube.values[at]?.[code] ?? '';
      leaves = group;
      break;
    }
  });
  return { where, share: total === 0 ? 0 : movementOf(cube, leaves) / total };
}

function movementOf(cube: Cube, leaves: readonly number[]): number {
  return leaves.reduce(
    (sum, leaf) => sum + Math.abs((cube.actual[leaf] ?? 0) - (cube.expected[leaf] ?? 0)),
    0,
  );
}
