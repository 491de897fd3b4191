/** Where a file stands in an export's folder, as far as its path tells. */
export interface DeliveryPath {
  /** Folder of the export's data, up to the billing period. */
  readonly exportPath: string;
  /** Name of the period's folder. */
  readonly period: string;
  /** Folder below it that holds one delivery of the period; empty where each delivery overwrites the one before. */
  readonly deliveryId: string;
}

/**
 * Folders that hold one billing period: `BILLING_PERIOD=2026-05` of AWS Data Exports
 * (https://docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html), `20260501-20260601` of the legacy Cost and
 * Usage Report (https://docs.aws.amazon.com/cur/latest/userguide/understanding-report-versions.html) and of Azure Cost Management
 * exports.
 */
const PERIOD_FOLDER = /^(?:billing_period=\d{4}-\d{2}(?:-\d{2})?|\d{8}-\d{8})$/i;

/** Reads where a file stands; null where its path is not that of an export, so that it counts by itself. */
export function deliveryPathOf(path: string): DeliveryPath | null {
  const folders = path.split('/').slice(0, -1);
  const at = folders.findLastIndex((folder) => PERIOD_FOLDER.test(folder));
  const period = folders[at];
  if (period === undefined) return null;
  return {
    exportPath: folders.slice(0, at).join('/'),
    period,
    deliveryId: folders.slice(at + 1).join('/'),
  };
}
