import type { JsonObject } from '../kernel/json.ts';

/** Everything that decides what a release of the agent does. The same contents, the same hash over its canonical JSON. */
export interface ReleaseManifest {
  readonly v: 1;
  readonly name: string;
  readonly tools: readonly { readonly name: string; readonly schemaSha256: string }[];
  readonly actionKinds: readonly { readonly kind: string; readonly schemaSha256: string }[];
  readonly playbooksSha256: string;
  readonly causesSha256: string;
  readonly policyBundleSha256: string;
  /** Null where no model takes part. */
  readonly modelId: string | null;
  readonly promptSha256: string | null;
  readonly parameters: JsonObject;
}

/** What ran under a name from a time on. */
export interface RecordedRelease {
  readonly name: string;
  readonly releaseSha256: string;
  readonly manifest: ReleaseManifest;
  readonly atMs: number;
}

/** When the contents of a release last changed under its name; null where they never did. */
export function contentsChangedMs(
  releases: readonly RecordedRelease[],
  name: string,
): number | null {
  const own = releases.filter((release) => release.name === name);
  return own.length > 1 ? (own.at(-1)?.atMs ?? null) : null;
}

/** What differs between two manifests, by the name of each part. */
export function diffManifests(
  before: ReleaseManifest,
  after: ReleaseManifest,
): readonly { readonly part: string; readonly before: string; readonly after: string }[] {
  const [old, now] = [partsOf(before), partsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((part) => old.get(part) !== now.get(part))
    .map((part) => ({ part, before: old.get(part) ?? 'absent', after: now.get(part) ?? 'absent' }));
}

function partsOf(manifest: ReleaseManifest): ReadonlyMap<string, string> {
  const { tools, actionKinds, parameters, v: _, name: __, ...rest } = manifest;
  return new Map([
    ...tools.map((tool) => [`tool ${tool.name}`, tool.schemaSha256] as const),
    ...actionKinds.map(({ kind, schemaSha256 }) => [`action ${kind}`, schemaSha256] as const),
    ...Object.entries(parameters).map(
      ([name, value]) => [`parameter ${name}`, JSON.stringify(value)] as const,
    ),
    ...Object.entries(rest).map(([name, value]) => [name, value ?? 'none'] as const),
  ]);
}
