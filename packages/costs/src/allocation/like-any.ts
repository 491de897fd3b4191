import type { Fragment } from '../query/dimensions.ts';

/** A condition that the column is like one of the patterns, in which `*` is any characters; letter case aside. True without a pattern. */
export function likeAny(column: string, patterns: readonly string[]): Fragment {
  if (patterns.length === 0) return { sql: 'true', parameters: [] };
  const one = `coalesce(${column}, '') ILIKE ? ESCAPE '\\'`;
  return {
    sql: `(${patterns.map(() => one).join(' OR ')})`,
    parameters: patterns.map((pattern) =>
      pattern.replace(/[\\%_]/g, (character) => `\\${character}`).replaceAll('*', '%'),
    ),
  };
}
