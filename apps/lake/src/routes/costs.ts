import { COST_QUESTIONS, readOperatorPlan, type CostQuestion } from '@counterfoil/costs';
import { withCase, withNewest } from '../lake-context.ts';
import type { Route } from './route.ts';

const QUESTIONS = Object.keys(COST_QUESTIONS) as CostQuestion[];

/** Questions about cost: of the newest version for the operator, who may narrow them to accounts, and of a case within its own scope. */
export const costRoutes: readonly Route[] = [
  ...QUESTIONS.map((name): Route => ({
    method: 'POST',
    path: `costs/${name}`,
    answer: (question, context) => {
      const plan = readOperatorPlan(name, question.body());
      return withNewest(context, (lake) => plan(lake));
    },
  })),
  ...QUESTIONS.map((name): Route => ({
    method: 'POST',
    path: `cases/*/${name}`,
    answer: (question, context) => {
      const plan = COST_QUESTIONS[name](question.body());
      return withCase(context, question.id, (lake) => plan(lake));
    },
  })),
];
