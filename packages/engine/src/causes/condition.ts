import { compareDecimal, type Observation } from '@counterfoil/core';
import { z } from 'zod';
import { FACT_CATALOGUE } from './fact-catalogue.ts';

/** Facts of a case by name; null or absent means "not known". */
export type Facts = Observation['facts'];

const bound = z.number().finite();

/** A test of one named fact; every bound given must hold. */
export const conditionSchema = z
  .strictObject({
    fact: z.string().refine((name) => FACT_CATALOGUE.has(name), 'is not in the fact catalogue'),
    equals: z.union([z.string(), z.number(), z.boolean()]).optional(),
    /** JavaScript regular expression over the text of the fact. */
    matches: z.string().refine(isPattern, 'is not a regular expression').optional(),
    notMatches: z.string().refine(isPattern, 'is not a regular expression').optional(),
    /** Inclusive bounds; decimal text is compared exactly. */
    min: bound.optional(),
    max: bound.optional(),
  })
  .refine(hasTest, 'needs at least one of equals, matches, notMatches, min, max');

export type Condition = z.infer<typeof conditionSchema>;

/** Whether a condition holds; `unknown` where its fact is not known, which is never counted as either. */
export type ConditionVerdict = 'true' | 'false' | 'unknown';

/** Tests one condition. Pure, so a conclusion replays to the same answer. */
export function test(condition: Condition, facts: Facts): ConditionVerdict {
  const value = facts[condition.fact];
  if (value === null || value === undefined) return 'unknown';
  const { equals, matches, notMatches, min, max } = condition;
  const holds =
    (equals === undefined || value === equals) &&
    (matches === undefined || new RegExp(matches).test(String(value))) &&
    (notMatches === undefined || !new RegExp(notMatches).test(String(value))) &&
    (min === undefined || compare(value, min) >= 0) &&
    (max === undefined || compare(value, max) <= 0);
  return holds ? 'true' : 'false';
}

function compare(value: string | number | boolean, limit: number): number {
  if (typeof value === 'number') return Math.sign(value - limit);
  // A text that is no decimal throws `InputError` here: a cause that compares it is wrong, and says so.
  return compareDecimal(String(value), String(limit));
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

function hasTest(condition: object): boolean {
  return Object.keys(condition).length > 1;
}
