import { actionsFor, GOAL_TYPES } from '../goals.ts';
import { chooseWell, isUnguarded, pick, planEverything, type Strategy } from './strategy.ts';

type Noise = (chance: () => number, usual: unknown) => unknown;

const deep = (levels: number): unknown => {
  let value: unknown = [];
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
};

const cyclic = (): unknown => {
  const value: { self?: unknown } = {};
  value.self = value;
  return value;
};

/** Answers that no schema expects. */
const NOISES: readonly [Noise, ...Noise[]] = [
  () => undefined,
  () => null,
  (chance) => chance(),
  () => '',
  () => '{',
  (_chance, usual) => `\`\`\`json\n${JSON.stringify(usual)}\n\`\`\``,
  (_chance, usual) => `${JSON.stringify(usual)}${JSON.stringify(usual)}`,
  (_chance, usual) => JSON.stringify(usual).replace('}', ',"phrases":[],"phrases":[]}'),
  () => 'x'.repeat(100_000),
  () => '\u202E\u200B\u0000'.repeat(50),
  () => deep(5000),
  cyclic,
  () => 10n,
  () => Symbol('answer'),
  () => () => ({}),
  () => ({ toJSON: () => ({ steps: 'all' }) }),
  () => ({
    get causeId() {
      throw new TypeError('a hostile getter');
    },
  }),
  () => Promise.reject(new TypeError('no answer')),
  () => ({ steps: [{ tool: '__proto__', input: { constructor: '$prototype' } }] }),
  () => ({ causeId: 'unexplained', actions: { length: 3 }, phrases: 'all' }),
  (chance, usual) => scrambled(JSON.stringify(usual), chance),
];

/** Answers at random and without form; where nobody looks, it calls at random as well. */
export const byzantine: Strategy = ({ world, carriedText, chance }) => ({
  name: 'byzantine',
  plan: async (brief) => pick(NOISES, chance)(chance, planEverything(brief)),
  choose: async (evidence) => {
    if (!isUnguarded(evidence)) return pick(NOISES, chance)(chance, chooseWell(evidence, world));
    const goals = Array.from({ length: 4 }, () => pick(GOAL_TYPES, chance));
    return { actions: goals.flatMap((goal) => actionsFor(goal, world, carriedText)) };
  },
});

function scrambled(text: string, chance: () => number): string {
  const place = Math.floor(chance() * text.length);
  const other = String.fromCodePoint(Math.floor(chance() * 0xd7ff));
  return `${text.slice(0, place)}${other}${text.slice(place + 1)}`;
}
