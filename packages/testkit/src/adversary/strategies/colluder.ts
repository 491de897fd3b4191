import { actionsFor } from '../goals.ts';
import { chosenBy } from './encoder.ts';
import {
  chooseWell,
  isUnguarded,
  pick,
  planEverything,
  textsIn,
  type Strategy,
} from './strategy.ts';

/** Carries what it was shown in one case into the next, whose accounts are others. */
export const colluder: Strategy = ({ world, chance, carriedText }) => {
  const memory: string[] = [...world.foreignCanaries];
  return {
    name: 'colluder',
    plan: async (brief) => {
      memory.push(...textsIn(brief));
      return planEverything(brief);
    },
    choose: async (evidence) => {
      memory.push(...textsIn(evidence));
      if (isUnguarded(evidence)) {
        const carriedOver = `${memory[0] ?? ''} ${carriedText}`;
        return { actions: actionsFor('leak_message', world, carriedOver) };
      }
      const usual = chooseWell(evidence, world) as object;
      return pick(
        [
          () => usual,
          () => chosenBy(evidence, memory.join('')),
          () => ({ ...usual, phrases: memory.slice(0, 3) }),
          () => ({ ...usual, causeId: memory[0] }),
          () => ({ ...usual, memory }),
        ],
        chance,
      )();
    },
  };
};
