import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { LakeSettings } from '@counterfoil/config';
import { holdLake, openVersionStore } from '@counterfoil/costs';
import type { Clock } from '@counterfoil/core';
import type { LakeContext } from './lake-context.ts';
import { openFeedbackLog } from './feedback/feedback-log.ts';
import { startLakeServer } from './lake-server.ts';
import { createOpenVersions } from './open-versions.ts';
import { openContractTable } from './contracts/contract-table.ts';
import { createQualityJudge } from './quality/quality-judge.ts';
import { createVersionOfContents } from './version-of-contents.ts';
import { createWorkQueue } from './work-queue.ts';

/** Longest time that one statement of a case's question may run. */
const QUERY_TIMEOUT_MS = 30_000;

export interface RunLakeOptions {
  readonly settings: Omit<LakeSettings, 'tenant' | 'logLevel' | 'databaseUrl'>;
  readonly store: LakeContext['store'];
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** Takes the lake for this process, removes what a killed ingest left, and opens the door. `stop` undoes it. */
export async function runLake(options: RunLakeOptions): Promise<{ stop(): Promise<void> }> {
  const { settings, logger } = options;
  const { lakeDirectory, memoryLimitMb } = settings;
  mkdirSync(lakeDirectory, { recursive: true, mode: 0o700 });
  const hold = await holdLake(lakeDirectory);
  const versions = await openVersionStore(lakeDirectory);
  const removed = await versions.clean(options.clock.nowMs());
  if (removed.length > 0)
    logger.warn(
      { removed },
      'removed what a killed ingest left unfinished, and parts that no version lists',
    );
  const spillDirectory = join(lakeDirectory, 'spill');
  // What a killed process had spilled is of no use to anybody, and may be as large as the data.
  rmSync(spillDirectory, { recursive: true, force: true });
  const open = createOpenVersions({
    versions,
    spillDirectory,
    memoryLimitMb,
    queryTimeoutMs: QUERY_TIMEOUT_MS,
  });
  const context: LakeContext = {
    versions,
    open,
    versionOf: createVersionOfContents(versions, open),
    store: options.store,
    clock: options.clock,
    memoryLimitMb,
    spillDirectory,
    contracts: openContractTable(lakeDirectory),
    quality: createQualityJudge({ settings, open, spillDirectory, logger }),
    planned: settings.plannedActivities,
    calendars: settings.plannedCalendars ?? [],
    feedback: openFeedbackLog(lakeDirectory),
    oneAtATime: createWorkQueue(),
  };
  const server = await startLakeServer({
    socket: settings.socket,
    token: settings.token,
    caseToken: settings.caseToken,
    context,
    logger,
  });
  return {
    async stop() {
      await server.close();
      await open.close();
      hold.release();
    },
  };
}
