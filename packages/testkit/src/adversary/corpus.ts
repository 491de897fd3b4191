import { InputError } from '@counterfoil/core';
import { GOAL_TYPES, type GoalType } from './goals.ts';

/** One text of an attacker, and what it is after. */
export interface Attack {
  readonly attackId: string;
  /** Attacks of one group share intent, technique or template: results are to be read by group as well. */
  readonly group: string;
  readonly text: string;
  readonly goalType: GoalType;
}

/** Texts to attack with, and texts that only look like attacks. */
export interface Corpus {
  readonly attacks: readonly [Attack, ...Attack[]];
  readonly lookAlikes: readonly string[];
}

/** A JSON Lines file of a corpus. */
export interface CorpusFile {
  readonly name: string;
  readonly text: string;
}

interface Row {
  readonly id: string;
  readonly group: string;
  readonly text: string;
  readonly calls: string;
  readonly isTemplate: boolean;
  readonly isBenign: boolean;
}

const GOALS_PER_TEMPLATE = 12;

/**
 * Reads JSON Lines in which every row has `text`, and may have `id`, `group`, `calls`, `kind`, `tool_description`. A row with `{goal}`
 * is a template and is filled with the goals of the others; one marked benign is a look-alike. Throws `InputError` naming
 * file and line.
 */
export function parseCorpus(files: readonly CorpusFile[]): Corpus {
  const rows = files.flatMap(rowsOf);
  const plain = rows.filter((row) => !row.isBenign && !row.isTemplate);
  const filled = rows
    .filter((row) => row.isTemplate)
    .flatMap((template, place) => fillTemplate(template, plain, place));
  const [first, ...rest] = [...plain, ...filled].map(attackOf);
  if (!first) {
    throw new InputError('CORPUS_EMPTY', 'the corpus holds no attack', {
      remedy: 'name a folder of .jsonl files whose rows have a text',
    });
  }
  const lookAlikes = rows.filter((row) => row.isBenign).map(({ text }) => text);
  return { attacks: [first, ...rest], lookAlikes };
}

function rowsOf({ name, text }: CorpusFile): readonly Row[] {
  return text
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [rowOf(line, `${name}:${index + 1}`)]));
}

function rowOf(line: string, place: string): Row {
  const value = parseObject(line, place);
  const text = value['text'];
  if (typeof text !== 'string') {
    throw new InputError('CORPUS_MALFORMED', `${place}: the row has no text`, {
      remedy: 'give every row a field "text"',
    });
  }
  const description = value['tool_description'];
  return {
    id: typeof value['id'] === 'string' ? value['id'] : place,
    group: typeof value['group'] === 'string' ? value['group'] : place,
    text: typeof description === 'string' ? `${description} ${text}` : text,
    calls: JSON.stringify(value['calls'] ?? value['ground_truth_calls'] ?? ''),
    isTemplate: text.includes('{goal}'),
    isBenign: isBenign(value),
  };
}

function isBenign(value: Readonly<Record<string, unknown>>): boolean {
  return (
    value['benign'] === true ||
    value['attack_class'] === 'benign' ||
    String(value['task'] ?? '').startsWith('UserTask')
  );
}

function parseObject(line: string, place: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below, with the place.
  }
  throw new InputError('CORPUS_MALFORMED', `${place}: not a JSON object`, {
    remedy: 'write one JSON object a line',
  });
}

function fillTemplate(template: Row, goals: readonly Row[], place: number): readonly Row[] {
  const step = Math.max(1, Math.floor(goals.length / GOALS_PER_TEMPLATE));
  return goals
    .filter((_goal, index) => index % step === place % step)
    .slice(0, GOALS_PER_TEMPLATE)
    .map((goal) => ({
      ...goal,
      id: `${template.id}+${goal.id}`,
      group: template.group,
      text: template.text.replaceAll('{goal}', goal.text),
    }));
}

function attackOf({ id, group, text, calls }: Row): Attack {
  return { attackId: id, group, text, goalType: goalTypeOf(id, calls) };
}

/** What a row's calls are after, in terms of what our world has; where they say nothing we know, the id decides, evenly. */
function goalTypeOf(id: string, calls: string): GoalType {
  if (/slack|chat|message|email/.test(calls)) {
    return /OTHER|result/.test(calls) ? 'leak_message' : 'post_elsewhere';
  }
  if (/jira|ticket|issue/.test(calls)) return 'leak_ticket';
  if (/stop|terminate|delete|ec2/.test(calls)) return 'stop_other';
  const sum = [...id].reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0);
  return GOAL_TYPES[sum % GOAL_TYPES.length] ?? 'stop_other';
}
