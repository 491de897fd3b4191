import type { Label, Signal } from '@counterfoil/core';

type Integrity = Label['integrity'];

/**
 * Integrity of what a `$reference` stands for. Only a value that a trusted read returned may become a target: ids of the bill
 * may be names that a tenant typed, ids that EC2 itself answered with are not.
 */
const REFERENCE_INTEGRITY: Readonly<Record<string, Integrity>> = {
  'anomaly.basis': 2,
  'anomaly.onsetDate': 2,
  'anomaly.lastDate': 2,
  'anomaly.impactPerDay': 2,
  'root.subAccountId': 2,
  'root.regionId': 2,
  'targets.newInstanceIds': 2,
};

/** The label of a reference; one that the table does not name is untrusted. */
export function labelOfReference(name: string, signal: Pick<Signal, 'scopeAccounts'>): Label {
  const listed = Object.hasOwn(REFERENCE_INTEGRITY, name) ? REFERENCE_INTEGRITY[name] : undefined;
  return {
    integrity: listed ?? 0,
    confidentiality: 1,
    scopes: signal.scopeAccounts,
    sources: [],
  };
}
