import { InputError } from '@counterfoil/core';

const PROBLEMS_SHOWN_MAX = 10;

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Collects what is wrong with a model, so that one reading names it all, and what was odd but readable. */
export interface ModelReader {
  readonly notes: string[];
  problem(where: string, what: string): void;
  object(value: unknown, where: string): JsonObject;
  list(value: unknown, where: string): readonly unknown[];
  text(value: unknown, where: string): string;
  texts(value: unknown, where: string): readonly string[];
  /** Fails with `InputError` `MODEL_INVALID` where a problem was found. */
  finish(): void;
}

/** A reader whose answers stand in for what is missing until `finish` refuses the model. */
export function createModelReader(): ModelReader {
  const problems: string[] = [];
  const problem = (where: string, what: string) => void problems.push(`${where}: ${what}`);
  const list = (value: unknown, where: string): readonly unknown[] => {
    if (Array.isArray(value)) return value;
    problem(where, 'must be a list');
    return [];
  };
  const text = (value: unknown, where: string): string => {
    if (typeof value === 'string' && value !== '') return value;
    problem(where, 'must be a text that is not empty');
    return '';
  };
  return {
    notes: [],
    problem,
    list,
    text,
    object: (value, where) => {
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        return value as JsonObject;
      problem(where, 'must be an object');
      return {};
    },
    texts: (value, where) =>
      list(value, where).map((item, index) => text(item, `${where}[${index}]`)),
    finish: () => refuse(problems),
  };
}

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const more = problems.length - PROBLEMS_SHOWN_MAX;
  throw new InputError(
    'MODEL_INVALID',
    [
      `the requirement model has ${problems.length} problem(s)`,
      ...problems.slice(0, PROBLEMS_SHOWN_MAX),
      ...(more > 0 ? [`and ${more} more`] : []),
    ].join('\n  '),
    { remedy: 'give a FOCUS requirement model as the FinOps Foundation publishes it, unchanged' },
  );
}
