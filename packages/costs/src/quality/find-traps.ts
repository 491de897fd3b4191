import type { Engine } from '../duck/engine.ts';
import { chargesSql, type ChargesFile } from '../versions/charges-relation.ts';
import { findCostTraps } from './cost-traps.ts';
import type { Finding } from './finding.ts';
import { findLabelTraps } from './label-traps.ts';

/** Every known trap that the charges of a version hold, beyond those of single files. */
export async function findTraps(
  engine: Engine,
  charges: readonly ChargesFile[],
): Promise<readonly Finding[]> {
  await engine.run(`CREATE OR REPLACE TEMP VIEW charges AS ${chargesSql(charges)}`);
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
