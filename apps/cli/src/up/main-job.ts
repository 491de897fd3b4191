import { setTimeout as sleep } from 'node:timers/promises';
import type { CaseState } from '@counterfoil/core';
import type { LakeAdmin, LakeIngestProgress } from '@counterfoil/lake-client';
import type { Store } from '@counterfoil/store';
import type { MainJobResult } from '../result/main-job-result.ts';
import { readResult, readUnsettled } from '../result/read-result.ts';

export interface MainJobInputs {
  readonly lake: LakeAdmin;
  readonly store: Store;
  /** Absolute paths of billing files; none where only what is already there is looked at. */
  readonly files: readonly string[];
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** The result, and what the detector looked at. `settled` is false where cases still moved when the wait ended. */
export interface MainJobOutcome {
  readonly result: MainJobResult;
  readonly states: readonly CaseState[];
  readonly settled: boolean;
}

const LOOK_EVERY_MS = 200;
const SETTLE_TIMEOUT_MS = 10 * 60_000;
/** Steps that fail are tried again with growing pauses; this long without any step, waiting serves nobody. */
const STALLED_MS = 60_000;
const LOG_QUIET_MS = 400;
const LOG_TIMEOUT_MS = 20_000;

/** Ingests, detects, waits until every case rests, and reads what is there. */
export async function runMainJob(inputs: MainJobInputs): Promise<MainJobOutcome> {
  const { lake, store, files, say, signal } = inputs;
  say(files.length === 0 ? 'Nothing to ingest' : `Ingesting ${count(files.length, 'file')}`);
  const ingested =
    files.length === 0
      ? null
      : await lake.ingest({ paths: files }, (progress) => say(ingestText(progress)));
  say('Detecting cost anomalies');
  const isEmpty = ingested === null && (await lake.versions()).length === 0;
  const detection = isEmpty ? null : await lake.detect();
  const settled = await waitUntilSettled(store, say, signal);
  if (!isEmpty) {
    say('Waiting for the transparency log');
    await waitUntilLogged(store, signal);
  }
  const { result, states } = await readResult(store);
  const ingest = ingested === null ? result.ingest : [ingested.manifest];
  return { result: { ...result, ingest, detection }, states, settled };
}

/** One progress report of the lake in words. */
export function ingestText({ stage, file, filesDone, filesCount }: LakeIngestProgress): string {
  const place = file === null ? '' : ` ${file}`;
  return `Ingesting: ${stage}${place} (${Math.min(filesDone + 1, filesCount)} of ${filesCount})`;
}

async function waitUntilSettled(
  store: Store,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const deadlineMs = performance.now() + SETTLE_TIMEOUT_MS;
  let progress = '';
  let sinceMs = performance.now();
  while (performance.now() < deadlineMs && !signal.aborted) {
    const unsettled = await readUnsettled(store);
    const { cases, signals } = unsettled;
    if (cases === 0 && signals === 0) return true;
    if (unsettled.progress !== progress) {
      progress = unsettled.progress;
      sinceMs = performance.now();
    } else if (performance.now() - sinceMs > STALLED_MS) return false;
    say(`Investigating: ${count(signals, 'signal')} and ${count(cases, 'case')} to go`);
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

/** The log takes what was committed a moment later; it has caught up when its size stays. */
async function waitUntilLogged(store: Store, signal: AbortSignal): Promise<void> {
  const deadlineMs = performance.now() + LOG_TIMEOUT_MS;
  let size = -1;
  let sinceMs = performance.now();
  while (performance.now() < deadlineMs && !signal.aborted) {
    const now = (await store.log.checkpoint())?.size ?? 0;
    if (now !== size) {
      size = now;
      sinceMs = performance.now();
    } else if (size > 0 && performance.now() - sinceMs >= LOG_QUIET_MS) return;
    await sleep(LOOK_EVERY_MS / 2, undefined, { signal }).catch(() => undefined);
  }
}

/** `1 file`, `2 files`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
