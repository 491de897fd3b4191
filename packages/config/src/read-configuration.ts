import { LineCounter, isMap, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { closest } from './closest.ts';
import { configurationSchema, type Configuration } from './configuration.ts';
import type { ConfigurationProblem } from './problem.ts';

/** What reading a configuration text gives: the configuration, or every problem in it. */
export type ConfigurationResult =
  | { readonly type: 'valid'; readonly configuration: Configuration }
  | { readonly type: 'invalid'; readonly problems: readonly ConfigurationProblem[] };

const REMEDY = 'correct the value; docs/configuration.md lists every field';

/** The configuration where there is no file: every default. */
export function defaultConfiguration(): Configuration {
  return configurationSchema.parse({});
}

/** Checks the text of a configuration file and finds all its problems at once. `file` is only named in them. */
export function readConfiguration(text: string, file: string): ConfigurationResult {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, uniqueKeys: true, stringKeys: true });
  const placeOf = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      file,
      ...placeOf(error.pos[0]),
      field: '',
      problem: error.message.split(' at line')[0] ?? error.message,
      remedy: 'correct the YAML',
    }));
    return { type: 'invalid', problems };
  }
  const result = configurationSchema.safeParse(document.toJS() ?? {});
  if (result.success) return { type: 'valid', configuration: result.data };
  const problems = result.error.issues
    .flatMap((issue) => toProblems(issue, document))
    .map(({ offset, ...problem }) => ({ file, ...placeOf(offset), ...problem }));
  return {
    type: 'invalid',
    problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column),
  };
}

interface Found {
  readonly offset: number;
  readonly field: string;
  readonly problem: string;
  readonly remedy: string;
}

function toProblems(issue: z.core.$ZodIssue, document: Document): readonly Found[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(path);
    return issue.keys.map((key) => {
      const meant = closest(key, known);
      return {
        offset: offsetOfKey(document, [...path, key]),
        field: [...path, key].join('.'),
        problem: 'unknown field',
        remedy: meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`,
      };
    });
  }
  const [problem = issue.message, remedy = REMEDY] = splitRemedy(inOurWords(issue.message));
  return [{ offset: offsetOf(document, path), field: path.join('.'), problem, remedy }];
}

/** The validator's own messages, without its words for what the file does not hold. */
function inOurWords(message: string): string {
  if (message.endsWith(', received undefined')) return 'this field is missing';
  return message.replace(/^Invalid input: /, '').replace(/^Too (big|small): /, '');
}

/** Messages of the schema are written `problem: remedy` where there is something particular to do. */
function splitRemedy(message: string): readonly [string, string?] {
  const at = message.search(/: (?=write |use )/);
  return at < 0 ? [message] : [message.slice(0, at), message.slice(at + 2)];
}

function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as
      { range?: readonly number[] } | undefined;
    if (node?.range) return node.range[0] ?? 0;
  }
  return 0;
}

function offsetOfKey(document: Document, path: readonly (string | number)[]): number {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return 0;
  const pair = parent.items.find((item) => String(item.key) === path.at(-1));
  const key = pair?.key as { range?: readonly number[] } | undefined;
  return key?.range?.[0] ?? 0;
}

/** Field names that the schema knows at a path, looked up by the shape of its objects. */
function knownKeys(path: readonly (string | number)[]): readonly string[] {
  let schema: unknown = configurationSchema;
  for (const part of path) {
    const inner = unwrap(schema);
    schema = typeof part === 'number' ? inner.element : inner.shape?.[part];
  }
  return Object.keys(unwrap(schema).shape ?? {});
}

interface SchemaShape {
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly element?: unknown;
  readonly unwrap?: () => unknown;
}

function unwrap(schema: unknown): SchemaShape {
  const found = (schema ?? {}) as SchemaShape;
  if (found.shape !== undefined || found.element !== undefined) return found;
  return typeof found.unwrap === 'function' ? unwrap(found.unwrap()) : found;
}
