import {
  InputError,
  type CaseLake,
  type CostAnswer,
  type CostBasis,
  type CostElement,
  type CostQuery,
  type JsonObject,
} from '@counterfoil/core';
import { z } from 'zod';

/** Days before the onset that a change is compared with. */
export const DAYS_BEFORE = 28;

/** What a lake tool is asked about: an element of the bill, and the days before and after the change. */
export interface Subject {
  readonly element: CostElement;
  readonly basis: CostBasis;
  readonly onsetDate: string;
  readonly lastDate: string;
  readonly resourceIds: readonly string[];
  /** Decimal a day, for shares of the whole change. */
  readonly impactPerDay: string | undefined;
}

const isoDate = z.iso.date();
const dimension = z.union([
  z.enum(['subAccountId', 'serviceName', 'regionId', 'usageType', 'resourceId']),
  z.templateLiteral(['tag:', z.string().min(1)]),
]);
const subjectSchema = z.strictObject({
  element: z.partialRecord(dimension, z.string()),
  basis: z.enum(['EffectiveCost', 'BilledCost']),
  onsetDate: isoDate,
  lastDate: isoDate,
  resourceIds: z.array(z.string()).max(20).default([]),
  impactPerDay: z.string().optional(),
});

/** JSON Schema of {@link Subject}, shared by every lake tool. */
export const SUBJECT_SCHEMA = z.toJSONSchema(subjectSchema, { io: 'input' }) as JsonObject;

/** Parses a tool's input; throws `InputError` naming the field. */
export function parseSubject(tool: string, input: JsonObject): Subject {
  const result = subjectSchema.safeParse(input);
  if (result.success) return result.data as Subject;
  const [issue] = result.error.issues;
  const field = issue?.path.join('.') || 'input';
  throw new InputError('TOOL_INPUT_INVALID', `${tool}: ${field}: ${issue?.message ?? 'invalid'}`, {
    remedy: 'correct the question of the playbook',
  });
}

/** The two halves of the comparison. Days are those of the calendar; `toDate` is exclusive. */
export interface Period {
  readonly name: 'before' | 'after';
  readonly fromDate: string;
  readonly toDate: string;
}

/** The days before the onset, and from the onset to the last complete day. */
export function periodsOf(subject: Pick<Subject, 'onsetDate' | 'lastDate'>): {
  readonly before: Period;
  readonly after: Period;
} {
  const { onsetDate, lastDate } = subject;
  return {
    before: { name: 'before', fromDate: addDays(onsetDate, -DAYS_BEFORE), toDate: onsetDate },
    after: { name: 'after', fromDate: onsetDate, toDate: addDays(lastDate, 1) },
  };
}

/** ISO date so many days later. */
export function addDays(date: string, days: number): string {
  const moved = new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000);
  return moved.toISOString().slice(0, 10);
}

/** The element as a filter of a query; usage only, so that purchases, credits and taxes stay out of the sums. */
export function usageFilter(element: CostElement): CostQuery['filter'] {
  const filter = Object.fromEntries(
    Object.entries(element).map(([name, value]) => [name, [value as string]]),
  );
  return { ...filter, chargeCategory: ['Usage'] };
}

/** Position of a column, so that rows are read by name. */
export function reader(
  answer: CostAnswer,
): (row: CostAnswer['rows'][number], column: string) => string | null {
  const index = new Map(answer.columns.map((column, position) => [column, position]));
  return (row, column) => {
    const position = index.get(column);
    return position === undefined ? null : (row[position] ?? null);
  };
}

/** How many days of each period the case's whole scope has data for: a short history must not look like cheap days. */
export async function daysWithData(
  lake: CaseLake,
  caseId: string,
  subject: Subject,
): Promise<{ readonly before: number; readonly after: number }> {
  const { before, after } = periodsOf(subject);
  const answer = await lake.query(caseId, {
    measures: [subject.basis],
    groupBy: ['day'],
    filter: {},
    fromDate: before.fromDate,
    toDate: after.toDate,
  });
  const read = reader(answer);
  const days = answer.rows.map((row) => read(row, 'day') ?? '');
  return {
    before: days.filter((day) => day < subject.onsetDate).length,
    after: days.filter((day) => day >= subject.onsetDate).length,
  };
}
