import type { Engine } from '../duck/engine.ts';
import { literal } from '../duck/sql.ts';
import type { FileProbe } from '../ingest/probe.ts';
import type { StagedFile } from '../ingest/stage.ts';
import type { FileReport } from '../versions/manifest.ts';
import { findCostTraps } from './cost-traps.ts';
import type { Finding } from './finding.ts';
import { findLabelTraps } from './label-traps.ts';
import { fileTraps, findStagedTraps } from './file-traps.ts';

/** A version that is staged and written, but not yet published. */
export interface Inspected {
  readonly staged: readonly StagedFile[];
  /** Every file given, duplicates included. */
  readonly probes: readonly FileProbe[];
  readonly files: readonly FileReport[];
  /** Path of the written table. */
  readonly charges: string;
}

/** Every known trap that these data hold, warnings first, with the figures that show it. */
export async function findTraps(engine: Engine, inspected: Inspected): Promise<readonly Finding[]> {
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW charges AS SELECT * FROM read_parquet(${literal(inspected.charges)})`,
  );
  const findings = [
    ...fileTraps(inspected),
    ...(await findStagedTraps(engine, inspected)),
    ...(await findCostTraps(engine)),
    ...(await findLabelTraps(engine)),
  ];
  return findings.toSorted(
    (a, b) =>
      b.severity.localeCompare(a.severity) ||
      a.code.localeCompare(b.code) ||
      (a.subject ?? '').localeCompare(b.subject ?? ''),
  );
}
