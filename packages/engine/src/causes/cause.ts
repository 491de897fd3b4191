import { z } from 'zod';
import { readDataFile, type DataFile } from '../data/read-data-file.ts';
import { conditionSchema } from './condition.ts';
import { FACT_CATALOGUE } from './fact-catalogue.ts';
import { slotNames } from '../investigation/render.ts';

const conditions = z.array(conditionSchema);
const factValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const factName = z
  .string()
  .refine((name) => FACT_CATALOGUE.has(name), 'is not in the fact catalogue');

/** Plain words with `{fact}` or `{fact|format}` slots; the only way a figure gets into a text. */
const template = z
  .string()
  .min(1)
  .refine(
    (text) => slotNames(text).every((name) => FACT_CATALOGUE.has(name)),
    'has a slot that is not in the fact catalogue',
  );

/** A testable explanation of a change. */
export const causeSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9_]{2,60}$/),
  title: z.string().min(1),
  /** 0 general … 9 most particular: of the supported causes, the most particular one is concluded. */
  specificity: z.number().int().min(0).max(9),
  /** All must hold. One that is false refutes the cause; one that is unknown leaves it undecided. */
  signature: conditions,
  /** Not needed, but each that holds makes the cause surer. */
  confirm: conditions,
  /** One that holds refutes the cause. */
  refute: conditions,
  summary: template,
  /** Action kinds that this cause calls for, in order. */
  actions: z.array(z.string().min(1)),
  /** Action kinds that would harm here; they are withheld with the reason. */
  mustNot: z.array(z.strictObject({ kind: z.string().min(1), reason: z.string().min(1) })),
  cases: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        facts: z.record(factName, factValue),
        expect: z.enum(['supported', 'refuted', 'undecided']),
      }),
    )
    .min(2),
});

export type Cause = z.infer<typeof causeSchema>;

/** Id of the fallback with an empty signature: it is concluded where no other cause is supported, so every playbook lists it. */
export const UNEXPLAINED = 'unexplained';

/** Parses one file of `causes/`; throws `InputError` with file and line. */
export function parseCause(file: DataFile): Cause {
  return readDataFile(causeSchema, file);
}
