import { openLakeVersion, type LakeVersion, type VersionStore } from '@counterfoil/costs';
import { InputError } from '@counterfoil/core';

/** Versions held open at once: the newest, and those of older cases. */
const OPEN_MAX = 3;

/** What {@link createOpenVersions} needs. */
export interface OpenVersionsOptions {
  readonly versions: VersionStore;
  readonly spillDirectory: string;
  /** Shared out among the versions that are open. */
  readonly memoryLimitMb: number;
  readonly queryTimeoutMs: number;
}

/** Published versions, opened when first asked for. */
export interface OpenVersions {
  /** Runs `work` on a version, which stays open meanwhile. `InputError` where the lake has no such version. */
  with<Result>(versionId: string, work: (version: LakeVersion) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

interface Slot {
  readonly opening: Promise<LakeVersion>;
  users: number;
}

/** Keeps the most recently used versions open and closes the others when nobody uses them. */
export function createOpenVersions(options: OpenVersionsOptions): OpenVersions {
  const slots = new Map<string, Slot>();
  const shrink = async () => {
    for (const [versionId, slot] of slots) {
      if (slots.size <= OPEN_MAX) return;
      if (slot.users > 0) continue;
      slots.delete(versionId);
      (await slot.opening).close();
    }
  };
  return {
    async with(versionId, work) {
      const slot = slots.get(versionId) ?? { opening: open(versionId, options), users: 0 };
      slots.delete(versionId);
      slots.set(versionId, slot);
      slot.users++;
      try {
        return await work(await slot.opening);
      } catch (error) {
        if (
          await slot.opening.then(
            () => false,
            () => true,
          )
        )
          slots.delete(versionId);
        throw error;
      } finally {
        slot.users--;
        await shrink();
      }
    },
    async close() {
      const open = [...slots.values()];
      slots.clear();
      for (const slot of open)
        await slot.opening.then(
          (version) => version.close(),
          () => undefined,
        );
    },
  };
}

async function open(versionId: string, options: OpenVersionsOptions): Promise<LakeVersion> {
  const { versions, spillDirectory, memoryLimitMb, queryTimeoutMs } = options;
  const manifest = await versions.read(versionId);
  if (manifest === null) {
    throw new InputError('VERSION_UNKNOWN', `the lake has no version ${versionId}`, {
      remedy: 'see `counterfoil versions list`, or ingest the files again',
    });
  }
  return openLakeVersion({
    dataVersion: versionId,
    charges: versions.chargesOf(manifest),
    spillDirectory,
    memoryLimitMb: Math.max(128, Math.floor(memoryLimitMb / OPEN_MAX)),
    timeoutMs: queryTimeoutMs,
  });
}
