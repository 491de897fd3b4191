import type { AutonomyStore } from '@counterfoil/core';
import { asJson, type StoreContext } from './context.ts';
import { recordAlone } from './record-alone.ts';

type Releases = Pick<AutonomyStore, 'recordRelease' | 'releases'>;

/** What ran under which name of a release. */
export function releaseStore(context: StoreContext): Releases {
  const { connection } = context;
  return {
    async recordRelease({ name, releaseSha256, manifest }) {
      const newest = await connection.read((database) =>
        database
          .selectFrom('counterfoil.agent_release')
          .select('release_sha256')
          .where('name', '=', name)
          .orderBy('release_id', 'desc')
          .limit(1)
          .executeTakeFirst(),
      );
      if (newest?.release_sha256 === releaseSha256) return;
      const facts = { release: name, releaseSha256 };
      const payload = asJson(manifest);
      const draft = { kind: 'release_recorded', caseId: null, facts, payload } as const;
      await recordAlone(context, draft, async (transaction, leaf) => {
        await transaction
          .insertInto('counterfoil.agent_release')
          .values({
            ...leaf,
            name,
            release_sha256: releaseSha256,
            manifest: JSON.stringify(payload),
          })
          .execute();
      });
    },
    async releases() {
      const rows = await connection.read((database) =>
        database
          .selectFrom('counterfoil.agent_release')
          .select(['name', 'release_sha256', 'recorded_at', 'manifest'])
          .orderBy('release_id')
          .execute(),
      );
      return rows.map((row) => ({
        name: row.name,
        releaseSha256: row.release_sha256,
        manifest: row.manifest,
        atMs: row.recorded_at.getTime(),
      }));
    },
  };
}
