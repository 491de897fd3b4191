import {
  COLUMN_CHECKS,
  type Check,
  type ColumnCheckFunction,
  type Expression,
  type Requirement,
} from './model.ts';
import type { JsonObject, ModelReader } from './model-reader.ts';

const COMBINATIONS = { AND: 'every', OR: 'some' } as const;

const NOTHING: Expression = { type: 'combination', of: 'every', items: [] };

/** Every check function of a model that a rule may call. */
export const CHECK_FUNCTIONS: readonly string[] = [
  ...COLUMN_CHECKS,
  'AND',
  'OR',
  'ColumnPresent',
  'CheckDistinctCount',
  'CheckValue',
  'CheckNotValue',
  'CheckNotSameValue',
  'CheckSameValue',
  'CheckGreaterOrEqualThanValue',
  'CheckModelRule',
  'ColumnByColumnEqualsColumnValue',
];

/** Reads a condition; null where the rule is about every row. */
export function parseCondition(
  reader: ModelReader,
  value: unknown,
  where: string,
): Expression | null {
  const written = reader.object(value, where);
  return Object.keys(written).length === 0 ? null : parseExpression(reader, written, where);
}

/** Reads a requirement: a composite of other rules, a demand on the data, or nothing. */
export function parseRequirement(reader: ModelReader, value: unknown, where: string): Requirement {
  const written = reader.object(value, where);
  if (Object.keys(written).length === 0) return { type: 'none' };
  if (isRuleReference(written)) {
    return { type: 'rules', of: 'every', ruleIds: [ruleIdOf(reader, written, where)] };
  }
  const combined = combinationOf(reader, written, where);
  const items = combined?.items.map((item) => item as JsonObject) ?? [];
  if (combined === null || !items.some(isRuleReference)) {
    return { type: 'data', expression: parseExpression(reader, written, where) };
  }
  if (!items.every(isRuleReference)) {
    reader.problem(where, 'mixes references to rules with checks of the data');
  }
  const ruleIds = items.map((item, index) => ruleIdOf(reader, item, `${where}.Items[${index}]`));
  return { type: 'rules', of: combined.of, ruleIds };
}

function isRuleReference(value: JsonObject | null | undefined): boolean {
  return value?.['CheckFunction'] === 'CheckModelRule';
}

function ruleIdOf(reader: ModelReader, written: JsonObject, where: string): string {
  return reader.text(written['ModelRuleId'], `${where}.ModelRuleId`);
}

interface Combination {
  readonly of: 'every' | 'some';
  readonly items: readonly unknown[];
}

/** `{CheckFunction: 'AND', Items: […]}`, also in the model's other spelling `{AND: […]}`; null for anything else. */
function combinationOf(
  reader: ModelReader,
  written: JsonObject,
  where: string,
): Combination | null {
  const name = written['CheckFunction'];
  if (name === 'AND' || name === 'OR') {
    const items = reader.list(written['Items'], `${where}.Items`);
    if (items.length === 0) reader.problem(`${where}.Items`, 'must not be empty');
    return { of: COMBINATIONS[name], items };
  }
  for (const short of ['AND', 'OR'] as const) {
    if (name !== undefined || !(short in written)) continue;
    const items = written[short];
    const note = `${where}: "${short}" without CheckFunction was read as a combination`;
    if (!reader.notes.includes(note)) reader.notes.push(note);
    return { of: COMBINATIONS[short], items: Array.isArray(items) ? items : [items] };
  }
  return null;
}

function parseExpression(reader: ModelReader, written: JsonObject, where: string): Expression {
  const combined = combinationOf(reader, written, where);
  if (combined !== null) {
    const items = combined.items.map((item, index) =>
      parseExpression(reader, reader.object(item, `${where}[${index}]`), `${where}[${index}]`),
    );
    return { type: 'combination', of: combined.of, items };
  }
  const check = parseCheck(reader, written, where);
  return check === null ? NOTHING : { type: 'check', check };
}

function parseCheck(reader: ModelReader, written: JsonObject, where: string): Check | null {
  const name = reader.text(written['CheckFunction'], `${where}.CheckFunction`);
  const text = (field: string) => reader.text(written[field], `${where}.${field}`);
  const figure = (field: string) => numberOf(reader, written[field], `${where}.${field}`);
  const pair = () => [text('ColumnAName'), text('ColumnBName')] as const;
  if (isColumnCheck(name)) return { type: 'column', function: name, column: text('ColumnName') };
  switch (name) {
    case 'ColumnPresent':
      return { type: 'present', column: text('ColumnName') };
    case 'CheckValue':
    case 'CheckNotValue':
      return {
        type: 'value',
        column: valueColumnOf(reader, written, where),
        equals: name === 'CheckValue',
        value: valueOf(reader, written, where),
      };
    case 'CheckGreaterOrEqualThanValue':
      return { type: 'at_least', column: text('ColumnName'), value: figure('Value') };
    case 'CheckSameValue':
    case 'CheckNotSameValue':
      return { type: 'same', columns: pair(), equals: name === 'CheckSameValue' };
    case 'CheckDistinctCount': {
      const [column, counted] = pair();
      return { type: 'distinct_count', column, counted, expected: figure('ExpectedCount') };
    }
    case 'ColumnByColumnEqualsColumnValue':
      return { type: 'product', factors: pair(), result: text('ResultColumnName') };
    case 'CheckModelRule':
      reader.problem(where, 'a reference to a rule cannot stand within a condition or a check');
      return null;
    default:
      if (name !== '') reader.problem(where, `"${name}" is no check function that is known here`);
      return null;
  }
}

function isColumnCheck(name: string): name is ColumnCheckFunction {
  return (COLUMN_CHECKS as readonly string[]).includes(name);
}

/** The published model writes `CheckCondition` for `ColumnName` in places. */
function valueColumnOf(reader: ModelReader, written: JsonObject, where: string): string {
  if (written['ColumnName'] !== undefined || written['CheckCondition'] === undefined) {
    return reader.text(written['ColumnName'], `${where}.ColumnName`);
  }
  reader.notes.push(`${where}: "CheckCondition" was read as "ColumnName"`);
  return reader.text(written['CheckCondition'], `${where}.CheckCondition`);
}

function valueOf(reader: ModelReader, written: JsonObject, where: string): string | number | null {
  const value = written['Value'];
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  reader.problem(`${where}.Value`, 'must be a text, a number or null');
  return null;
}

function numberOf(reader: ModelReader, value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  reader.problem(where, 'must be a number');
  return 0;
}
