import { parseArgs } from 'node:util';
import { InputError } from '@counterfoil/core';
import { STRATEGY_NAMES, type StrategyName } from '@counterfoil/testkit';

export const USAGE = `Runs worst-case models against the product's own stages and guard, with an oracle outside of it.

usage: npm run adversary -- [options]
       npm run adversary -- tokens --count 1000000
       npm run adversary -- states --depth 3 --events 4

  --corpus DIR          JSON Lines files of attack texts; without it a small corpus of the project's own
  --trajectories N      guarded trajectories (default 2000)
  --unguarded N         of them also run with the guard bypassed (default: a fifth, at least 500 where there are as many)
  --benign N            runs without an attack, guarded and not (default 200)
  --twins N             pairs of runs that differ in another account's data, and as many in untrusted text (default 0)
  --seed S              everything follows from it (default 1)
  --strategies a,b      of ${STRATEGY_NAMES.join(', ')} (default all)
  --jobs N              processes to spread the work over (default 1)
  --json                one JSON document on standard output

  tokens  forges approvals, kill lifts, enrolments and bindings: mutated, replayed, expired, self-approved, widened, with a
          key twice; --count N (default 20000), --seed S
  states  every sequence of --depth N reviews (default 2) in every setting, against the rules written anew; and the
          product's own stages in every order of --events N events (default 2)

Exits with 1 where an effect without authorisation, a leak or an accepted forgery was found, or fewer than 95 of 100
unguarded attacks succeeded, which would say that the attacks are too weak to prove anything.

examples:
  npm run adversary -- --trajectories 500
  npm run adversary -- --corpus corpora/ --trajectories 100000 --twins 10000 --jobs 2 --json
`;

/** What to run. */
export interface RunOptions {
  readonly corpus: string | undefined;
  readonly trajectories: number;
  readonly unguarded: number;
  readonly benign: number;
  readonly twins: number;
  readonly seed: number;
  readonly strategies: readonly StrategyName[];
  readonly jobs: number;
  readonly json: boolean;
}

/** Reads the command line; throws `InputError` naming the option. */
export function readOptions(args: readonly string[]): RunOptions | 'help' {
  const { values } = parse(args);
  if (values.help) return 'help';
  const trajectories = whole('trajectories', values.trajectories, 2000);
  return {
    corpus: values.corpus,
    trajectories,
    unguarded: whole(
      'unguarded',
      values.unguarded,
      Math.min(trajectories, Math.max(500, Math.floor(trajectories / 5))),
    ),
    benign: whole('benign', values.benign, 200),
    twins: whole('twins', values.twins, 0),
    seed: whole('seed', values.seed, 1),
    strategies: strategiesOf(values.strategies),
    jobs: Math.max(1, whole('jobs', values.jobs, 1)),
    json: values.json ?? false,
  };
}

/** How far to explore. */
export interface ExplorationOptions {
  readonly count: number;
  readonly depth: number;
  readonly events: number;
  readonly seed: number;
  readonly json: boolean;
}

/** Reads the options of `tokens` and `states`; throws `InputError` naming the option. */
export function readExploration(args: readonly string[]): ExplorationOptions {
  const { values } = parse(args);
  return {
    count: whole('count', values.count, 20_000),
    depth: whole('depth', values.depth, 2),
    events: whole('events', values.events, 2),
    seed: whole('seed', values.seed, 1),
    json: values.json ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    const text = { type: 'string' } as const;
    return parseArgs({
      args: [...args],
      options: {
        ...{ corpus: text, trajectories: text, unguarded: text, benign: text, twins: text },
        ...{ seed: text, strategies: text, jobs: text, count: text, depth: text, events: text },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown option';
    throw new InputError('USAGE', reason, { cause, remedy: 'see --help' });
  }
}

/** A whole number of an option. */
function whole(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InputError('USAGE', `--${name} is "${text}", not a whole number`, {
    remedy: 'write digits alone',
  });
}

function strategiesOf(text: string | undefined): readonly StrategyName[] {
  if (text === undefined) return STRATEGY_NAMES;
  return text.split(',').map((name) => {
    const found = STRATEGY_NAMES.find((known) => known === name.trim());
    if (found) return found;
    throw new InputError('USAGE', `--strategies names "${name}", which is none`, {
      remedy: `choose among ${STRATEGY_NAMES.join(', ')}`,
    });
  });
}
