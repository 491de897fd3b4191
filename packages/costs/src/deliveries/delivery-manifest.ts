import { InputError, type Json, type JsonObject } from '@counterfoil/core';

/** What an export says of one delivery. */
export interface DeliveryManifest {
  /** Names of the data files, as the export gave them: keys, addresses or names, of which the end counts. */
  readonly files: readonly string[];
  /** When the delivery was ordered, ISO date and time; null where the manifest does not say. */
  readonly orderedAt: string | null;
}

/** Whether a file is the manifest of a delivery: `NAME-Manifest.json` of AWS, `manifest.json` of Azure. */
export function isDeliveryManifest(path: string): boolean {
  return /(?:^|[/-])manifest\.json$/i.test(path);
}

/**
 * Reads a manifest of AWS Data Exports (`dataFiles`), of the legacy Cost and Usage Report (`reportKeys`) or of Azure Cost
 * Management (`blobs`, `runInfo.submittedTime`). Null for a manifest of something else. Fails with `InputError` where it names
 * files in a form that cannot be read.
 */
export function readDeliveryManifest(path: string, json: Json): DeliveryManifest | null {
  const manifest = objectOf(json);
  const names = manifest.dataFiles ?? manifest.reportKeys ?? blobNames(manifest.blobs);
  if (names === undefined) return null;
  const files = Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  if (!Array.isArray(names) || files.length !== names.length) {
    throw new InputError('MANIFEST_UNREADABLE', `${path} does not list its files as texts`, {
      remedy: 'let the export deliver the period again, or give its data files one by one',
    });
  }
  const ordered = objectOf(manifest.runInfo ?? null).submittedTime;
  return { files, orderedAt: typeof ordered === 'string' ? ordered : null };
}

function blobNames(blobs: Json | undefined): Json | undefined {
  return Array.isArray(blobs) ? blobs.map((blob) => objectOf(blob).blobName ?? null) : blobs;
}

function objectOf(json: Json): JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as JsonObject)
    : {};
}
