import type { DataQuality, Json, JsonObject } from '@counterfoil/core';
import type { Store } from '@counterfoil/store';

type IngestReads = Pick<Store['signals'], 'ingests'>;

const PAGE = 50;

/**
 * How good the data of a version is, from the report that the lake recorded of its ingest. What the report does not say is
 * unknown, and a version without a report is unknown altogether. Versions never change, so each is read once.
 */
export function dataQualityReader(signals: IngestReads): (version: string) => Promise<DataQuality> {
  const known = new Map<string, DataQuality>();
  return async (dataVersion) => {
    const before = known.get(dataVersion);
    if (before) return before;
    const report = await findReport(signals, dataVersion);
    const quality = qualityIn(report ?? {});
    if (report) known.set(dataVersion, quality);
    return quality;
  };
}

async function findReport(signals: IngestReads, dataVersion: string): Promise<JsonObject | null> {
  for (let after: string | null = null; ;) {
    const position: { after?: string } = after === null ? {} : { after };
    const page = await signals.ingests({ limit: PAGE, ...position });
    const found = page.items.find(({ report }) => report['dataVersion'] === dataVersion);
    if (found) return found.report;
    if (page.next === null) return null;
    after = page.next;
  }
}

/** What the lake judged of the version; what it did not judge is unknown, which is never a yes. */
function qualityIn({ reconciled, dataQuality }: JsonObject): DataQuality {
  const { tagCoveragePercent, conformance } = objectOf(dataQuality);
  const { conformant } = objectOf(conformance);
  return {
    tagCoveragePercent: typeof tagCoveragePercent === 'number' ? tagCoveragePercent : 0,
    conformant: conformant === 'yes' || conformant === 'no' ? conformant : 'unknown',
    reconciled: typeof reconciled === 'boolean' ? (reconciled ? 'yes' : 'no') : 'unknown',
  };
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : {};
}
