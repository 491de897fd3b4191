import type { Label, LabelTable } from '@counterfoil/core';

/** What a connector's table does not name: anybody may have typed it, and it is internal. */
const UNLISTED = { integrity: 0, confidentiality: 1 } as const;

/** The label of a value that was derived from these: least integrity, greatest confidentiality, all scopes and sources. Of none: trusted and public. */
export function joinLabels(labels: readonly Label[]): Label {
  const union = (lists: readonly (readonly string[])[]) => [...new Set(lists.flat())].toSorted();
  return {
    integrity: labels.reduce<Label['integrity']>((least, one) => lesser(least, one.integrity), 2),
    confidentiality: labels.reduce<Label['confidentiality']>(
      (most, one) => (one.confidentiality > most ? one.confidentiality : most),
      0,
    ),
    scopes: union(labels.map((one) => one.scopes)),
    sources: union(labels.map((one) => one.sources)),
  };
}

/** The label of one field that a connector answered with, by its table alone: neither content nor a model has a say. */
export function labelOfField(
  table: LabelTable | undefined,
  field: string,
  origin: Pick<Label, 'scopes' | 'sources'>,
): Label {
  const listed = table !== undefined && Object.hasOwn(table, field) ? table[field] : undefined;
  const { integrity, confidentiality } = listed ?? UNLISTED;
  return { integrity, confidentiality, scopes: origin.scopes, sources: origin.sources };
}

function lesser(a: Label['integrity'], b: Label['integrity']): Label['integrity'] {
  return a < b ? a : b;
}
