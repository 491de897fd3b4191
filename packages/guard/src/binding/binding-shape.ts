import type { ActionBinding, Label } from '@counterfoil/core';
import * as shape from '../canonical/shape.ts';

const label: shape.Check<Label> = shape.object({
  integrity: shape.oneOf(0, 1, 2),
  confidentiality: shape.oneOf(0, 1, 2, 3),
  scopes: shape.list(shape.text),
  sources: shape.list(shape.text),
});

const money = shape.object({ amount: shape.decimal, currency: shape.name });

/** Exactly the fields of an `ActionBinding`, each of its type. */
export const bindingShape: shape.Check<ActionBinding> = shape.object({
  v: shape.oneOf(1),
  actionId: shape.name,
  caseId: shape.name,
  tenant: shape.name,
  account: shape.name,
  region: shape.name,
  kind: shape.name,
  parametersSchemaSha256: shape.hash,
  parameters: shape.jsonObject,
  parameterLabels: shape.mapOf(label),
  preconditions: shape.list(
    shape.object({
      target: shape.name,
      stateSha256: shape.hash,
      state: shape.jsonObject,
    }),
  ),
  preview: shape.text,
  blastRadius: shape.object({
    targets: shape.list(shape.text),
    accounts: shape.list(shape.text),
    note: shape.text,
  }),
  undo: shape.object({
    reversibility: shape.oneOf('reversible', 'compensable', 'irreversible'),
    steps: shape.list(shape.text),
  }),
  estimatedEffect: shape.nullable(shape.object({ perDay: money })),
  environment: shape.name,
  release: shape.name,
  policyBundleSha256: shape.hash,
  changeId: shape.nullable(shape.name),
  proposer: shape.name,
  onBehalfOf: shape.name,
  proposedAt: shape.time,
  expiresAt: shape.time,
  nonce: shape.name,
});
