import {
  PermissionError,
  type ExcludedAuthor,
  type PolicyStore,
  type RecordedPolicyAct,
  type ShadowChoice,
} from '@counterfoil/core';
import {
  loadPolicyBundle,
  startPolicies,
  takePolicyAct,
  type ApproverRegistry,
  type PolicyBundle,
  type PolicyHistory,
  type Trust,
} from '@counterfoil/guard';
import type { BundleFiles } from '../bundle/read-bundle.ts';

/** The policies in effect, by signatures that hold, and how it came to them. */
export interface KeptPolicies {
  readonly bundle: PolicyBundle;
  readonly authors: readonly ExcludedAuthor[];
  /** Asked beside it without any effect; null where there is none. */
  readonly shadow: PolicyBundle | null;
  readonly history: PolicyHistory;
}

/** What the keeper reads. */
export interface PolicyKeeperInputs {
  readonly trust: Trust;
  /** The files of the executor's own directory: used only where their hash is the one in effect. */
  readonly ownFiles: BundleFiles;
  readonly store: Pick<PolicyStore, 'acts' | 'files' | 'shadow'>;
  readonly registry: () => Promise<ApproverRegistry>;
  /** Told of each act that does not hold, once. */
  readonly onIgnored: (code: string, note: string) => void;
}

/**
 * Answers which policies are in effect, from the trust file's pin and the signed changes since, which it verifies itself each time.
 * Whatever lies on disk or in the database under another hash is refused: throws `PermissionError` `POLICY_BUNDLE_MISSING`.
 */
export function createPolicyKeeper(inputs: PolicyKeeperInputs): () => Promise<KeptPolicies> {
  const { store, registry } = inputs;
  const bundles = createBundleShelf(inputs);
  const shadowOf = createShadowShelf();
  const seen = new Set<number>();
  return async () => {
    const history = foldActs(inputs, {
      acts: await store.acts(),
      registry: await registry(),
      seen,
    });
    const shadow = await store.shadow();
    return {
      bundle: await bundles(history.activeSha256),
      authors: history.authors,
      history,
      shadow: shadow && shadow.bundleSha256 !== history.activeSha256 ? shadowOf(shadow) : null,
    };
  };
}

function foldActs(
  { trust, onIgnored }: PolicyKeeperInputs,
  given: {
    readonly acts: readonly RecordedPolicyAct[];
    readonly registry: ApproverRegistry;
    readonly seen: Set<number>;
  },
): PolicyHistory {
  let history: PolicyHistory = startPolicies(trust);
  for (const [place, act] of given.acts.entries()) {
    const next = takePolicyAct(history, act, given.registry);
    if ('activeSha256' in next) history = next;
    else if (!given.seen.has(place)) {
      given.seen.add(place);
      onIgnored(next.code, next.note);
    }
  }
  return history;
}

/** Parsing takes some hundredths of a second and a bundle never changes, so each is parsed once. */
function createBundleShelf({ ownFiles, store }: PolicyKeeperInputs) {
  const shelf = new Map<string, PolicyBundle>();
  return async (sha256: string): Promise<PolicyBundle> => {
    const known = shelf.get(sha256);
    if (known) return known;
    for (const read of [async () => ownFiles, () => store.files(sha256)]) {
      const files = await read();
      const bundle = files && loadPolicyBundle(files);
      if (bundle?.sha256 !== sha256) continue;
      shelf.set(sha256, bundle);
      return bundle;
    }
    throw new PermissionError(
      'POLICY_BUNDLE_MISSING',
      `the policies in effect, ${sha256}, are neither in the policies directory nor among the proposed ones`,
      {
        remedy:
          'restore the directory, or propose, approve and activate what lies there (docs/policy.md)',
      },
    );
  };
}

/** A second bundle that does not load is none: it must never stand in the way of the one in effect. */
function createShadowShelf() {
  const shelf = new Map<string, PolicyBundle | null>();
  return ({ bundleSha256, files }: ShadowChoice): PolicyBundle | null => {
    const known = shelf.get(bundleSha256);
    if (known !== undefined) return known;
    const bundle = loadOrNull(files);
    shelf.set(bundleSha256, bundle);
    return bundle;
  };
}

function loadOrNull(files: BundleFiles): PolicyBundle | null {
  try {
    return loadPolicyBundle(files);
  } catch {
    return null;
  }
}
