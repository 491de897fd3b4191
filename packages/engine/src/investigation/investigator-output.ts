import { parseStrictJson } from '@counterfoil/guard';
import { z } from 'zod';
import { bitsOf } from '../handles/endorse.ts';

/** The longest answer of a model that is looked at, in characters of its JSON text. */
const OUTPUT_CHARACTERS_MAX = 32_768;
const ITEMS_MAX = 32;

const name = z.string().regex(/^[a-zA-Z][a-zA-Z0-9._]{0,99}$/);
const reference = z.string().regex(/^\$[a-zA-Z][a-zA-Z0-9.]{0,99}$/);
const input = z.record(name, reference);

const planSchema = z.strictObject({
  steps: z.array(z.strictObject({ tool: name, input })).max(ITEMS_MAX),
});
const choiceSchema = z.strictObject({
  causeId: name,
  actions: z.array(z.strictObject({ kind: name, parameters: input.default({}) })).max(ITEMS_MAX),
  phrases: z.array(name).max(ITEMS_MAX),
});

/** A read besides the playbook's questions; its input consists of references. */
export interface PlannedStep {
  readonly tool: string;
  readonly input: Readonly<Record<string, string>>;
}

/** What a model chose among closed lists. */
export type Choice = z.infer<typeof choiceSchema>;

/** A model's answer after parsing: what it chose and how many bits that took, or why it does not count. */
export type Parsed<Value> =
  | { readonly type: 'accepted'; readonly value: Value; readonly bits: number }
  | { readonly type: 'refused'; readonly code: string };

/** What a plan may name. */
export interface PlanBounds {
  /** Registered tools that the playbook does not ask anyway. */
  readonly tools: ReadonlySet<string>;
  readonly references: ReadonlySet<string>;
  readonly stepsMax: number;
  readonly bitsMax: number;
}

/** Parses a plan; steps come back in the order of their names, so that their order tells nothing. */
export function parsePlan(output: unknown, bounds: PlanBounds): Parsed<readonly PlannedStep[]> {
  const parsed = read(planSchema, output);
  if (!parsed) return refused('OUTPUT_MALFORMED');
  const { steps } = parsed;
  if (steps.length > bounds.stepsMax) return refused('STEPS');
  if (new Set(steps.map(({ tool }) => tool)).size < steps.length) return refused('TOOL_REPEATED');
  if (!steps.every(({ tool }) => bounds.tools.has(tool))) return refused('TOOL_UNKNOWN');
  const named = steps.flatMap((step) => Object.values(step.input));
  if (!named.every((one) => bounds.references.has(one.slice(1)))) return refused('HANDLE_UNKNOWN');
  const bits = bounds.tools.size + named.length * bitsOf(bounds.references.size);
  if (steps.length > 0 && bits > bounds.bitsMax) return refused('BITS');
  const value = steps.toSorted((a, b) => (a.tool < b.tool ? -1 : 1));
  return { type: 'accepted', value, bits: steps.length === 0 ? 0 : bits };
}

/** What a choice may name. */
export interface ChoiceBounds {
  /** Supported causes with the kinds of action that each calls for. */
  readonly causes: ReadonlyMap<string, readonly string[]>;
  readonly phrases: ReadonlySet<string>;
  readonly phrasesMax: number;
  /** References that may fill a parameter of a kind: those whose label suffices. */
  readonly handlesOf: (kind: string, parameter: string) => ReadonlySet<string>;
  readonly bitsMax: number;
}

/** Parses a choice; actions and phrases come back in the order of the lists, so that their order tells nothing. */
export function parseChoice(output: unknown, bounds: ChoiceBounds): Parsed<Choice> {
  const choice = read(choiceSchema, output);
  if (!choice) return refused('OUTPUT_MALFORMED');
  const kinds = bounds.causes.get(choice.causeId);
  if (!kinds) return refused('CAUSE_UNSUPPORTED');
  const chosen = choice.actions.map(({ kind }) => kind);
  if (!chosen.every((kind) => kinds.includes(kind))) return refused('ACTION_KIND_UNKNOWN');
  if (isRepeating(chosen) || isRepeating(choice.phrases)) return refused('REPEATED');
  if (choice.phrases.length > bounds.phrasesMax) return refused('PHRASES');
  if (!choice.phrases.every((id) => bounds.phrases.has(id))) return refused('PHRASE_UNKNOWN');
  const filled = choice.actions.flatMap(({ kind, parameters }) =>
    Object.entries(parameters).map(([parameter, handle]) => ({
      handle: handle.slice(1),
      allowed: bounds.handlesOf(kind, parameter),
    })),
  );
  if (!filled.every(({ handle, allowed }) => allowed.has(handle))) return refused('HANDLE_REFUSED');
  const bits =
    bitsOf(bounds.causes.size) +
    kinds.length +
    bounds.phrases.size +
    filled.reduce((sum, { allowed }) => sum + bitsOf(allowed.size), 0);
  if (bits > bounds.bitsMax) return refused('BITS');
  return { type: 'accepted', value: inListOrder(choice, kinds, bounds), bits };
}

function inListOrder(choice: Choice, kinds: readonly string[], bounds: ChoiceBounds): Choice {
  return {
    causeId: choice.causeId,
    actions: kinds.flatMap((kind) => choice.actions.filter((action) => action.kind === kind)),
    phrases: [...bounds.phrases].filter((id) => choice.phrases.includes(id)),
  };
}

/** Text or an object of plain JSON, in bounds; undefined for anything else, a hostile getter included. */
function read<Schema extends z.ZodType>(
  schema: Schema,
  output: unknown,
): z.infer<Schema> | undefined {
  try {
    const text = typeof output === 'string' ? output : JSON.stringify(output);
    if (text === undefined || text.length > OUTPUT_CHARACTERS_MAX) return undefined;
    // A text with a key twice, or that two readers could read differently, is no answer.
    return schema.safeParse(parseStrictJson(text)).data;
  } catch {
    return undefined;
  }
}

function isRepeating(values: readonly string[]): boolean {
  return new Set(values).size < values.length;
}

function refused(code: string): { readonly type: 'refused'; readonly code: string } {
  return { type: 'refused', code };
}
