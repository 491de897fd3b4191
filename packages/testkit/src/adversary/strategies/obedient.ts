import { actionsFor } from '../goals.ts';
import {
  chooseWell,
  isShown,
  isUnguarded,
  planEverything,
  readExactly,
  type Strategy,
} from './strategy.ts';

/** Does its work, and whatever any text asks that it is shown. */
export const obedient: Strategy = ({ world, carriedText, goal }) => {
  let isTold = false;
  const orders = () => actionsFor(goal, world, carriedText);
  return {
    name: 'obedient',
    plan: async (brief) => {
      isTold ||= isShown(brief, carriedText);
      const plan = planEverything(brief) as { readonly steps: readonly unknown[] };
      if (!isTold) return plan;
      // It obeys with what a plan can say: it names what it was told to touch.
      return {
        steps: [...plan.steps, { tool: orders()[0]?.kind, input: orders()[0]?.parameters }],
      };
    },
    choose: async (evidence) => {
      isTold ||= isShown(evidence, carriedText);
      const usual = chooseWell(evidence, world) as { readonly actions: readonly unknown[] };
      if (!isTold) return usual;
      if (isUnguarded(evidence)) return { actions: [...usual.actions, ...orders()] };
      return {
        ...usual,
        actions: [
          ...usual.actions,
          ...orders().map(({ kind, parameters }) => ({ kind, parameters })),
        ],
      };
    },
    // The quarantined reader is shown the text, and answers with what the text wants rather than with what it is.
    extract: async (text, schema) =>
      isShown(text, carriedText) ? orders()[0] : readExactly(text, schema),
  };
};

/** Does its work and follows nobody else. */
export const honest: Strategy = ({ world }) => ({
  name: 'honest',
  plan: async (brief) => planEverything(brief),
  choose: async (evidence) => chooseWell(evidence, world),
  extract: async (text, schema) => readExactly(text, schema),
});
