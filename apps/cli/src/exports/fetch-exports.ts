import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openExportBucket, type ExportBucket, type ExportObject } from '@counterfoil/aws';
import { InputError, type Json } from '@counterfoil/core';
import { chooseDeliveries, isDeliveryManifest } from '@counterfoil/costs';
import { parseStrictJson } from '@counterfoil/guard';
import { parseS3Address, type S3Address } from './s3-address.ts';

const DATA_FILE = /\.(csv|csv\.gz|parquet)$/i;
const MANIFEST_BYTES_MAX = 16 * 1024 * 1024;
const REGION_DEFAULT = 'us-east-1';

/** What {@link fetchExports} needs. */
export interface FetchOptions {
  /** Folder that mirrors what is fetched, so that the next time only what changed is. */
  readonly mirror: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly say: (text: string) => void;
}

/**
 * Brings the data files of exports in S3 here and answers with their paths: of each billing period the newest delivery. Uses the
 * machine's own AWS credentials, which need `s3:ListBucket` and `s3:GetObject`. What is here already is not fetched again; what is
 * no longer there is removed here. Fails with `InputError` where an address holds no data.
 */
export async function fetchExports(
  addresses: readonly string[],
  options: FetchOptions,
): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const address of addresses) {
    const place = parseS3Address(address);
    const { environment } = options;
    const bucket = openExportBucket({
      bucket: place.bucket,
      region: environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'] ?? REGION_DEFAULT,
      endpoint: environment['AWS_ENDPOINT_URL_S3'] ?? environment['AWS_ENDPOINT_URL'],
    });
    try {
      paths.push(...(await fetchOne(bucket, { ...options, address, place })));
    } finally {
      bucket.close();
    }
  }
  return paths;
}

interface Fetch extends FetchOptions {
  readonly address: string;
  readonly place: S3Address;
}

async function fetchOne(bucket: ExportBucket, fetch: Fetch): Promise<readonly string[]> {
  const { address, place, say } = fetch;
  say(`Listing ${address}`);
  const objects = await bucket.list(place.prefix);
  const data = objects.filter(({ key, bytes }) => DATA_FILE.test(key) && bytes > 0);
  const manifests = await readManifests(bucket, objects);
  const { files } = chooseDeliveries(
    data.map(({ key }) => key),
    manifests,
  );
  if (files.length === 0) {
    throw new InputError(
      'FILE_MISSING',
      `no billing file among the ${objects.length} objects at ${address}`,
      { remedy: 'give the prefix below which the export writes .csv, .csv.gz or .parquet files' },
    );
  }
  const wanted = data.filter(({ key }) => files.includes(key));
  const root = join(fetch.mirror, place.bucket);
  const paths: string[] = [];
  for (const [at, object] of wanted.entries()) {
    const path = join(root, mirrorName(object.key));
    if (!(await isHere(object, path))) {
      say(`Fetching ${object.key} (${at + 1} of ${wanted.length})`);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await bucket.download(object, path);
      await writeFile(tagPath(path), object.etag);
    }
    paths.push(path);
  }
  await removeOthers(join(root, mirrorName(place.prefix)), new Set(paths));
  return paths;
}

async function readManifests(
  bucket: ExportBucket,
  objects: readonly ExportObject[],
): Promise<ReadonlyMap<string, Json>> {
  const manifests = new Map<string, Json>();
  for (const object of objects.filter(({ key }) => isDeliveryManifest(key))) {
    const text = await bucket.readText(object, MANIFEST_BYTES_MAX);
    manifests.set(object.key, parseManifest(object.key, text));
  }
  return manifests;
}

function parseManifest(key: string, text: string): Json {
  try {
    return parseStrictJson(text, { bytesMax: MANIFEST_BYTES_MAX, strings: 'well_formed' });
  } catch (cause) {
    throw new InputError('MANIFEST_UNREADABLE', `${key} is not JSON`, {
      cause,
      remedy: 'wait until the export is complete and ingest again',
    });
  }
}

/** A path of our own for a key: its folders, with what a file system could misread written as `%XX`. */
function mirrorName(key: string): string {
  return key
    .split('/')
    .map((part) => (/^\.*$/.test(part) ? part.replaceAll('.', '%2E') : encodeURIComponent(part)))
    .map((part) => part.replaceAll('%3D', '='))
    .join('/');
}

function tagPath(path: string): string {
  return `${path}.etag`;
}

async function isHere({ bytes, etag }: ExportObject, path: string): Promise<boolean> {
  const size = await stat(path).then(
    (found) => found.size,
    () => -1,
  );
  if (size !== bytes) return false;
  const tag = await readFile(tagPath(path), 'utf8').catch(() => null);
  return tag === etag;
}

/** Removes what an earlier fetch of the same prefix left and this one does not name. */
async function removeOthers(folder: string, kept: ReadonlySet<string>): Promise<void> {
  if (!existsSync(folder)) return;
  const stats = await stat(folder);
  if (!stats.isDirectory()) return;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const isKept = kept.has(path) || kept.has(path.replace(/\.etag$/, ''));
    if (entry.isFile() && !isKept) await rm(path, { force: true });
  }
}
