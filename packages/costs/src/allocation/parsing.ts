import { InputError } from '@counterfoil/core';

/** The fields of an object from outside. */
export type Fields = Readonly<Record<string, unknown>>;

/** Collects everything that is wrong with a document, so that its author corrects it in one go. */
export interface Problems {
  readonly found: readonly string[];
  /** Notes a problem: the path of the field, and what is wrong with it and what to write instead. */
  add(field: string, problem: string): void;
}

const SHOWN_MAX = 20;

/** An empty collection of problems. */
export function problems(): Problems {
  const found: string[] = [];
  return { found, add: (field, problem) => void found.push(`${field}: ${problem}`) };
}

/** Fails with `InputError` naming every problem, if there is any. */
export function refuseProblems({ found }: Problems, code: string, remedy: string): void {
  if (found.length === 0) return;
  const shown = found.slice(0, SHOWN_MAX);
  const more = found.length > SHOWN_MAX ? [`and ${found.length - SHOWN_MAX} more`] : [];
  throw new InputError(code, [...shown, ...more].join('\n'), { remedy });
}

/** The object, or an empty one after noting that there is none; fields that are not `known` are noted. */
export function fieldsOf(
  value: unknown,
  field: string,
  { problems, known }: { readonly problems: Problems; readonly known?: readonly string[] },
): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.add(field, 'must be an object of fields');
    return {};
  }
  for (const name of Object.keys(value)) {
    if (known?.includes(name) === false) {
      problems.add(
        `${field}.${name.slice(0, 60)}`,
        `unknown field; known here: ${known.join(', ')}`,
      );
    }
  }
  return value as Fields;
}

/** A text of 1 to `charactersMax` characters, or empty after noting that it is none. */
export function textOf(
  value: unknown,
  field: string,
  {
    problems,
    charactersMax = 256,
  }: { readonly problems: Problems; readonly charactersMax?: number },
): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string' && text.trim() !== '' && text.length <= charactersMax) {
    if (!text.includes('\0')) return text;
  }
  problems.add(field, `must be a text of 1 to ${charactersMax} characters`);
  return '';
}

/** A list of such texts; nothing is an empty list. */
export function textsOf(
  value: unknown,
  field: string,
  { problems, countMax = 10_000 }: { readonly problems: Problems; readonly countMax?: number },
): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > countMax) {
    problems.add(field, `must be a list of at most ${countMax} texts`);
    return [];
  }
  return value.map((item: unknown, at) => textOf(item, `${field}[${at}]`, { problems }));
}

/** One of the choices; the first one after noting that it is none. `undefined` is the first. */
export function choiceOf<Choice extends string>(
  value: unknown,
  field: string,
  {
    problems,
    choices,
  }: { readonly problems: Problems; readonly choices: readonly [Choice, ...Choice[]] },
): Choice {
  if (value === undefined) return choices[0];
  const known = choices.find((choice) => choice === value);
  if (known !== undefined) return known;
  problems.add(field, `must be one of ${choices.join(', ')}`);
  return choices[0];
}

/** Whether the value is an ISO date that the calendar has. */
export function isDate(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}
