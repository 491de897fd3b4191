import type { Engine } from '../duck/engine.ts';
import { findCostTraps } from './cost-traps.ts';
import type { Finding } from './finding.ts';
import { findLabelTraps } from './label-traps.ts';

/** Every known trap that the charges of a version hold, beyond those of single files: see `createFacets`. */
export async function findTraps(engine: Engine): Promise<readonly Finding[]> {
  return [...(await findCostTraps(engine)), ...(await findLabelTraps(engine))];
}

/** Warnings first, then by code and subject. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (a, b) =>
      b.severity.localeCompare(a.severity) ||
      a.code.localeCompare(b.code) ||
      (a.subject ?? '').localeCompare(b.subject ?? ''),
  );
}
