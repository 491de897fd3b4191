import type { Label, LabelTable } from '@counterfoil/core';

type FieldLabel = Pick<Label, 'integrity' | 'confidentiality'>;

/** What anybody may have typed, or what the table does not know. */
const UNTRUSTED: FieldLabel = { integrity: 0, confidentiality: 1 };

/** Labels of the fields of one API answer, by their path. A field that is not named is untrusted. */
export type FieldLabels = Readonly<Record<string, FieldLabel>>;

/** The least trusted and most confidential of the fields that a fact is made of; of none, untrusted. */
export function labelsOfFacts(
  fields: FieldLabels,
  sources: Readonly<Record<string, readonly string[]>>,
): LabelTable {
  return Object.fromEntries(
    Object.entries(sources).map(([fact, paths]) => [fact, joined(paths.map(labelIn(fields)))]),
  );
}

function labelIn(fields: FieldLabels): (path: string) => FieldLabel {
  return (path) => (Object.hasOwn(fields, path) ? (fields[path] ?? UNTRUSTED) : UNTRUSTED);
}

function joined([first, ...rest]: readonly FieldLabel[]): FieldLabel {
  return rest.reduce(
    (join, one) => ({
      integrity: one.integrity < join.integrity ? one.integrity : join.integrity,
      confidentiality:
        one.confidentiality > join.confidentiality ? one.confidentiality : join.confidentiality,
    }),
    first ?? UNTRUSTED,
  );
}
