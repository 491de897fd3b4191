import { invariant } from '@counterfoil/core';
import { createSeededChance } from '@counterfoil/testkit';
import { FORGERIES, honestIsAccepted } from './forgeries.ts';

/** What became of the forgeries. */
export interface TokenReport {
  readonly forgeries: number;
  readonly accepted: number;
  readonly byClass: Readonly<
    Record<string, { readonly forgeries: number; readonly accepted: number }>
  >;
  readonly seed: number;
  readonly seconds: number;
}

/** Forges `count` tokens, every class in turn. Each class has a chance of its own, so that classes can be added. */
export function runTokens(options: { readonly count: number; readonly seed: number }): TokenReport {
  invariant(honestIsAccepted(), 'what is honest must be accepted, or refusing proves nothing');
  const startedMs = performance.now();
  const classes = Object.entries(FORGERIES).map(([name, forge], place) => ({
    name,
    forge,
    chance: createSeededChance(options.seed * 1000 + place),
    forgeries: 0,
    accepted: 0,
  }));
  for (let made = 0; made < options.count; made += 1) {
    const one = classes[made % classes.length];
    invariant(one, 'there are classes of forgeries');
    one.forgeries += 1;
    if (one.forge(one.chance)) one.accepted += 1;
  }
  return {
    forgeries: options.count,
    accepted: classes.reduce((sum, { accepted }) => sum + accepted, 0),
    byClass: Object.fromEntries(
      classes.map(({ name, forgeries, accepted }) => [name, { forgeries, accepted }]),
    ),
    seed: options.seed,
    seconds: Math.round((performance.now() - startedMs) / 100) / 10,
  };
}
