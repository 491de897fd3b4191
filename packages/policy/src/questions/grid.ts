import { isDeepStrictEqual } from 'node:util';
import type { PolicyQuestion } from '@counterfoil/core';
import type { Attribute, AttributeValue } from './attributes.ts';
import type { Domain } from './domain.ts';

/** A question of the grid, with what sets it apart. */
export interface GridQuestion {
  readonly name: string;
  readonly question: PolicyQuestion;
}

/** Attributes whose every pair with each other attribute is asked about: what an action is, where, and on whose word. */
const CENTRAL: readonly Attribute[] = ['class', 'environment', 'autonomy', 'approval'];

/** The base question changed in one attribute, or in one together with a central one, at every value of the domain. */
export function gridOf(base: PolicyQuestion, domain: Domain): readonly GridQuestion[] {
  const singles = changesOf(base, domain);
  const central = singles.filter(([attribute]) => CENTRAL.includes(attribute));
  const pairs = central.flatMap((first) =>
    singles
      .filter(([attribute]) => attribute !== first[0] && !isRepeated(attribute, first[0]))
      .map((second) => [first, second]),
  );
  return [[], ...singles.map((single) => [single]), ...pairs].map((changes) => ({
    name: changes.map(([attribute, value]) => `${attribute} ${shown(value)}`).join(', ') || 'base',
    question: { ...base, ...Object.fromEntries(changes) },
  }));
}

/** Every change of one attribute to a value that it does not have. */
export function changesOf(
  base: PolicyQuestion,
  domain: Domain,
): readonly (readonly [Attribute, AttributeValue])[] {
  return [...domain].flatMap(([attribute, values]) =>
    values
      .filter((value) => !isDeepStrictEqual(base[attribute], value))
      .map((value) => [attribute, value] as const),
  );
}

/** Of two central attributes each pair is asked about once. */
function isRepeated(attribute: Attribute, first: Attribute): boolean {
  return CENTRAL.includes(attribute) && CENTRAL.indexOf(attribute) < CENTRAL.indexOf(first);
}

/** A value as people read it. */
export function shown(value: AttributeValue): string {
  if (value === undefined) return 'none';
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && 'people' in value) {
    return `${value.people} ${value.people === 1 ? 'person' : 'people'} by ${value.assurance}`;
  }
  return JSON.stringify(value);
}
