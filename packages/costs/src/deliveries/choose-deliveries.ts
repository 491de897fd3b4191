import { InputError, type Json } from '@counterfoil/core';
import { readDeliveryManifest, type DeliveryManifest } from './delivery-manifest.ts';
import { deliveryPathOf } from './delivery-path.ts';

/** Which files of some exports count. */
export interface ChosenDeliveries {
  readonly files: readonly string[];
  /** Files of older deliveries of a period that a newer one replaces. */
  readonly superseded: readonly string[];
}

/**
 * Of exports that keep every delivery, each period's newest one; of exports that overwrite, what is there. A period delivered
 * twice is never counted twice: where nothing says which delivery is the newest, that is an `InputError`. So is a delivery of which
 * files that its manifest names are missing, because a half-delivered bill looks like a saving.
 *
 * `files` are data files and `manifests` those found beside or above them, by their paths, `/` between folders.
 */
export function chooseDeliveries(
  files: readonly string[],
  manifests: ReadonlyMap<string, Json>,
): ChosenDeliveries {
  const found = [...manifests].flatMap(([path, json]) => {
    const manifest = readDeliveryManifest(path, json);
    return manifest === null ? [] : [{ path, ...manifest }];
  });
  const periods = Map.groupBy(files, (file) => {
    const place = deliveryPathOf(file);
    return place === null ? null : `${place.exportPath}/${place.period}`;
  });
  const chosen = [...periods].map(([folder, candidates]) =>
    folder === null
      ? { files: candidates, superseded: [] }
      : chooseWithin({ folder, candidates, manifests: found }),
  );
  return {
    files: chosen.flatMap((period) => period.files).toSorted(),
    superseded: chosen.flatMap((period) => period.superseded).toSorted(),
  };
}

interface FoundManifest extends DeliveryManifest {
  readonly path: string;
}

interface Period {
  readonly folder: string;
  readonly candidates: readonly string[];
  readonly manifests: readonly FoundManifest[];
}

function chooseWithin(period: Period): ChosenDeliveries {
  const deliveries = Map.groupBy(
    period.candidates,
    (file) => deliveryPathOf(file)?.deliveryId ?? '',
  );
  const manifest = newestManifest(period);
  if (manifest !== null) return filesNamed(period, manifest);
  const ids = [...deliveries.keys()];
  if (ids.length === 1) return { files: period.candidates, superseded: [] };
  const newest = ids.every((id) => TIME_FIRST.test(id)) ? ids.toSorted().at(-1) : undefined;
  if (newest === undefined) throw unordered(period.folder, ids);
  return {
    files: deliveries.get(newest) ?? [],
    superseded: ids.filter((id) => id !== newest).flatMap((id) => deliveries.get(id) ?? []),
  };
}

/** Names of deliveries that sort by time: `2026-05-03T10:11:12.000Z-…` of Data Exports, `20260503T101112Z` of reports. */
const TIME_FIRST = /^\d{4}-?\d{2}-?\d{2}T\d{2}/;

/**
 * AWS writes the manifest of the newest delivery into the period's own folder, below `metadata/` for Data Exports; Azure writes one
 * into each run's folder, with the time of the run.
 */
function newestManifest({ folder, candidates, manifests }: Period): FoundManifest | null {
  const own = manifests.filter(({ path }) => isOfPeriod(path, folder));
  const current = own.find(({ path }) => deliveryPathOf(path)?.deliveryId === '');
  if (current) return current;
  const dated = own.filter(({ orderedAt }) => orderedAt !== null);
  if (dated.length !== own.length || own.length === 0) {
    return own.length === 1 && countDeliveries(candidates) === 1 ? (own[0] ?? null) : null;
  }
  if (countDeliveries(candidates) > own.length) return null;
  return dated.toSorted((a, b) => timeOf(a) - timeOf(b)).at(-1) ?? null;
}

function timeOf({ path, orderedAt }: FoundManifest): number {
  const time = Date.parse(orderedAt ?? '');
  if (!Number.isNaN(time)) return time;
  throw new InputError('MANIFEST_UNREADABLE', `${path} has no readable submittedTime`, {
    remedy: 'give the data files of the run that counts',
  });
}

function countDeliveries(files: readonly string[]): number {
  return new Set(files.map((file) => deliveryPathOf(file)?.deliveryId)).size;
}

function isOfPeriod(manifestPath: string, folder: string): boolean {
  const place = deliveryPathOf(manifestPath);
  if (place === null) return false;
  const exportPath = place.exportPath.replace(/(^|\/)metadata$/, '$1data');
  return `${exportPath}/${place.period}` === folder;
}

function filesNamed({ candidates, folder }: Period, manifest: FoundManifest): ChosenDeliveries {
  const isNamed = (file: string) => manifest.files.some((name) => isSameFile(file, name));
  const files = candidates.filter(isNamed);
  const missing = manifest.files.filter((name) => !files.some((file) => isSameFile(file, name)));
  if (missing.length > 0) {
    throw new InputError(
      'DELIVERY_INCOMPLETE',
      `${folder}: ${missing.length} of the ${manifest.files.length} files that ${manifest.path} names are not there, such as ${missing[0]}`,
      { remedy: 'wait until the export is complete, or copy the whole period again' },
    );
  }
  return { files, superseded: candidates.filter((file) => !isNamed(file)) };
}

/**
 * A manifest names files by where the export wrote them: `s3://bucket/prefix/…`, a key, or a blob's name. Copied elsewhere, the
 * part from the period's folder on is what stays.
 */
function isSameFile(path: string, name: string): boolean {
  const place = deliveryPathOf(name);
  if (place === null) return path.endsWith(`/${name}`) || path === name;
  const own = deliveryPathOf(path);
  return (
    own !== null &&
    own.period === place.period &&
    own.deliveryId === place.deliveryId &&
    path.split('/').at(-1) === name.split('/').at(-1)
  );
}

function unordered(folder: string, ids: readonly string[]): InputError {
  return new InputError(
    'DELIVERIES_UNORDERED',
    `${folder} holds ${ids.length} deliveries of one billing period (${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ', …' : ''}) and no manifest that says which is the newest`,
    { remedy: "copy the export's manifests too, or give the files of one delivery" },
  );
}
