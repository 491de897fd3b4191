import type { AgentSettings } from '@counterfoil/config';
import type { ActionPlanner, RecordedRelease, ReleaseManifest, Tool } from '@counterfoil/core';
import type { DataFile } from '@counterfoil/engine';
import { canonicalJson, sha256Hex } from '@counterfoil/guard';

/** What a release is made of. */
export interface ReleaseParts {
  readonly settings: Pick<AgentSettings, 'release' | 'triage' | 'approvalTtlMs'>;
  readonly tools: Iterable<Tool>;
  readonly planners: Iterable<ActionPlanner>;
  readonly playbooks: readonly DataFile[];
  readonly causes: readonly DataFile[];
  readonly policyBundleSha256: string;
}

/** The manifest of what runs here, and its hash. No model and no prompt take part yet, and it says so. */
export function releaseOf(parts: ReleaseParts): Omit<RecordedRelease, 'atMs'> {
  const { settings, policyBundleSha256 } = parts;
  const { release: name, triage, approvalTtlMs } = settings;
  const manifest: ReleaseManifest = {
    v: 1,
    name,
    tools: [...parts.tools]
      .map((tool) => ({ name: tool.name, schemaSha256: hashOf(tool.inputSchema) }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    actionKinds: [...parts.planners]
      .map(({ kind, parametersSchema }) => ({ kind, schemaSha256: hashOf(parametersSchema) }))
      .toSorted((a, b) => (a.kind < b.kind ? -1 : 1)),
    playbooksSha256: hashOf(parts.playbooks),
    causesSha256: hashOf(parts.causes),
    policyBundleSha256,
    modelId: null,
    promptSha256: null,
    parameters: { ...triage, approvalTtlMs },
  };
  return { name, releaseSha256: hashOf(manifest), manifest };
}

function hashOf(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}
