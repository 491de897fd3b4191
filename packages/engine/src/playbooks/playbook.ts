import type { Signal } from '@counterfoil/core';
import { z } from 'zod';
import { conditionSchema } from '../causes/condition.ts';
import { FACT_CATALOGUE } from '../causes/fact-catalogue.ts';
import { readDataFile, type DataFile } from '../data/read-data-file.ts';
import { REFERENCE_NAMES } from '../investigation/references.ts';
import { slotNames } from '../investigation/render.ts';

const reference = z
  .string()
  .startsWith('$')
  .refine((text) => REFERENCE_NAMES.has(text.slice(1)), 'is not a known reference');
const literal = z.string().refine((text) => !text.startsWith('$'), 'is not a known reference');
const parameters = z.record(
  z.string(),
  z.union([reference, literal, z.number(), z.boolean(), z.array(literal)]),
);
const factName = z
  .string()
  .refine((name) => FACT_CATALOGUE.has(name), 'is not in the fact catalogue');
const factValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** How signals of some kinds are investigated and what may be proposed for them. Data: the engine knows no cause by name. */
export const playbookSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{2,60}$/),
  title: z.string().min(1),
  signalKinds: z.array(z.enum(['cost_anomaly'])).min(1),
  /** Asked in this order. `when` must hold on the facts so far, or the question is not needed. */
  questions: z
    .array(
      z.strictObject({
        tool: z.string().min(1),
        input: parameters,
        when: z.array(conditionSchema).default([]),
      }),
    )
    .min(1),
  limits: z.strictObject({
    stepsMax: z.number().int().min(1).max(100),
    observationBytesMax: z.number().int().min(1024),
    durationMs: z.number().int().min(1000),
  }),
  /** Ids of `causes/`, the order decides between equals. */
  causes: z.array(z.string()).min(1),
  /** What may be proposed, and with which parameters; a cause says which of these it calls for. */
  actions: z.array(z.strictObject({ kind: z.string().min(1), parameters })).min(1),
  /** Texts that somebody may have typed, and the closed list of what each may become. Only an investigator reads them. */
  extractions: z
    .array(
      z.strictObject({
        from: factName,
        fact: factName,
        values: z.array(z.string().regex(/^[a-z][a-z0-9_]{0,40}$/)).min(2),
      }),
    )
    .max(8)
    .default([]),
  /** Sentences with slots of facts that an investigator may add to a message, at most three. */
  phrases: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z][a-z0-9_]{2,60}$/),
        text: z
          .string()
          .min(1)
          .refine(
            (text) => slotNames(text).every((name) => FACT_CATALOGUE.has(name)),
            'has a slot that is not in the fact catalogue',
          ),
      }),
    )
    .max(16)
    .default([]),
  cases: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        facts: z.record(factName, factValue),
        expect: z.strictObject({ causeId: z.string(), actions: z.array(z.string()) }),
      }),
    )
    .min(1),
});

export type Playbook = z.infer<typeof playbookSchema>;
export type Question = Playbook['questions'][number];

/** Parses one file of `playbooks/`; throws `InputError` with file and line. */
export function parsePlaybook(file: DataFile): Playbook {
  return readDataFile(playbookSchema, file);
}

/** The playbook of a signal's kind; the first listed wins. */
export function playbookFor(
  playbooks: readonly Playbook[],
  signal: Pick<Signal, 'kind'>,
): Playbook | undefined {
  return playbooks.find((playbook) => playbook.signalKinds.includes(signal.kind));
}
