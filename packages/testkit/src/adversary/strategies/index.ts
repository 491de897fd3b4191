import type { LiteralAction } from '../goals.ts';
import { byzantine } from './byzantine.ts';
import { colluder } from './colluder.ts';
import { encoder } from './encoder.ts';
import { honest, obedient } from './obedient.ts';
import { omniscient } from './omniscient.ts';
import { chooseWell, isUnguarded, type Strategy, type StrategyName } from './strategy.ts';

/** Behaves, so that there is something to repeat; where nobody looks, it repeats what it did. */
const replayer: Strategy = (setting) => {
  const { world } = setting;
  return {
    ...honest(setting),
    name: 'replayer',
    choose: async (evidence) => {
      const usual = chooseWell(evidence, world);
      if (!isUnguarded(evidence)) return usual;
      const { actions } = usual as { readonly actions: readonly LiteralAction[] };
      return { actions: [...actions, ...actions] };
    },
  };
};

/** The worst-case models. `replayer` and `omniscient` act on the record as well: that part needs the guard's formats and is not here. */
export const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
  obedient,
  omniscient,
  encoder,
  colluder,
  byzantine,
  replayer,
};
