import { decomposeChange } from '../decomposition/index.ts';
import { topMovers } from '../movers/index.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { parseCostQuery } from '../query/parse-query.ts';
import { malformed, readTexts } from '../query/plan-fields.ts';
import { parseComparison } from '../query/two-periods.ts';
import { parseResourcesRequest, resourceChanges } from '../resources/index.ts';
import { parseSavingsRequest, summariseSavings } from '../savings/index.ts';

/** A plan that was read and can be put to any scope. */
export type CostPlan = (lake: ScopedLake) => Promise<object>;

/** Questions about cost by name. Each reads a plan from outside, or fails with `InputError` naming the field that is wrong. */
export const COST_QUESTIONS = {
  query: (input: unknown): CostPlan => {
    const plan = parseCostQuery(input);
    return (lake) => lake.query(plan);
  },
  movers: (input: unknown): CostPlan => {
    const plan = parseComparison(input);
    return (lake) => topMovers(lake, plan);
  },
  decompose: (input: unknown): CostPlan => {
    const plan = parseComparison(input);
    return (lake) => decomposeChange(lake, plan);
  },
  savings: (input: unknown): CostPlan => {
    const plan = parseSavingsRequest(input);
    return (lake) => summariseSavings(lake, plan);
  },
  resources: (input: unknown): CostPlan => {
    const plan = parseResourcesRequest(input);
    return (lake) => resourceChanges(lake, plan);
  },
} as const;

export type CostQuestion = keyof typeof COST_QUESTIONS;

const ACCOUNTS_MAX = 10_000;

/** As a plan of {@link COST_QUESTIONS}, for the operator: the member `accounts`, where given, narrows the question to these. */
export function readOperatorPlan(question: CostQuestion, input: unknown): CostPlan {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw malformed(question, 'must be an object');
  }
  const { accounts, ...plan } = input as Readonly<Record<string, unknown>>;
  const read = COST_QUESTIONS[question](plan);
  if (accounts === undefined) return read;
  const narrow = readTexts(accounts, 'accounts');
  if (narrow.length === 0 || narrow.length > ACCOUNTS_MAX) {
    throw malformed('accounts', `must list 1 to ${ACCOUNTS_MAX} accounts`);
  }
  return (lake) => read(lake.narrowed(narrow));
}
