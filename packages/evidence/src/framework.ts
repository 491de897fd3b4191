import { InputError } from '@counterfoil/core';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { CLAIMS } from './claims/registry.ts';

const CLAIM_IDS = CLAIMS.map(({ claimId }) => claimId);

const frameworkShape = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  title: z.string().min(1),
  /** Where its text is published. */
  source: z.string().min(1),
  /** What the pack can and cannot say about this framework as a whole. */
  note: z.string().min(1),
  controls: z
    .array(
      z.strictObject({
        id: z.string().min(1),
        /** What it asks, in our words. */
        title: z.string().min(1),
        claims: z.array(z.enum(CLAIM_IDS as [string, ...string[]])).min(1),
        /** What it asks beyond what this record can show. */
        beyond: z.string().min(1),
      }),
    )
    .min(1),
});

/** A control framework, and which claims speak to which of its controls. */
export type Framework = z.infer<typeof frameworkShape>;

/** Reads a file of `frameworks/`; `InputError` names the file and the field. */
export function parseFramework(name: string, text: string): Framework {
  const document = parseDocument(text, { uniqueKeys: true });
  const [syntax] = document.errors;
  if (syntax) throw malformed(name, syntax.message.split('\n')[0] ?? 'not YAML');
  const parsed = frameworkShape.safeParse(document.toJS());
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw malformed(name, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
  }
  const ids = parsed.data.controls.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw malformed(name, `controls: ${twice} stands twice`);
  return parsed.data;
}

function malformed(name: string, problem: string): InputError {
  return new InputError('FRAMEWORK_MALFORMED', `${name}: ${problem}`, {
    remedy: 'correct the named field; docs/evidence.md describes the file',
  });
}
