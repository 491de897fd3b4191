import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { UpstreamError } from '@counterfoil/core';
import { identify, type ProcessIdentity } from './process-identity.ts';

/** What to run and what it may know. */
export interface ProcessSpec {
  readonly name: string;
  /** The TypeScript file that is run. */
  readonly entry: string;
  /** Its only configuration. */
  readonly settings: unknown;
  /** Its whole environment besides the settings. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
}

export interface ManagedProcessHooks {
  /** Told each time a process is started or has ended. */
  readonly onChange: (name: string, identity: ProcessIdentity | null) => void;
  /** Told in a sentence when a process ended that should run. */
  readonly onRestart: (message: string) => void;
}

/** A process that is kept running until it is stopped. */
export interface ManagedProcess {
  readonly name: string;
  /** Null between two lives. */
  pid(): number | null;
  /** Resolves when it first reports ready; rejects when it keeps ending before that. */
  readonly ready: Promise<void>;
  /** Asks it to end by closing its channel, then by signal, then by force. */
  stop(): Promise<void>;
}

const RESTART_DELAY_MS_MIN = 100;
const RESTART_DELAY_MS_MAX = 10_000;
/** A process that ran this long is taken as healthy, and its next restart is fast again. */
const HEALTHY_MS = 30_000;
const FAILURES_BEFORE_READY_MAX = 5;
const STOP_GRACE_MS = 8_000;
const TERMINATE_GRACE_MS = 3_000;
const LOG_BYTES_MAX = 5_000_000;

/** Starts a process and restarts it with growing pauses whenever it ends. */
export function manageProcess(spec: ProcessSpec, hooks: ManagedProcessHooks): ManagedProcess {
  const { promise: ready, resolve: reportReady, reject: giveUp } = Promise.withResolvers<void>();
  // Whoever starts a process waits for it; a failure while something else is awaited must not end this process.
  ready.catch(() => undefined);
  const stopping = new AbortController();
  let child: ChildProcess | null = null;

  const live = async (): Promise<void> => {
    let delayMs = RESTART_DELAY_MS_MIN;
    let failures = 0;
    let wasReady = false;
    while (!stopping.signal.aborted) {
      const startedMs = performance.now();
      child = start(spec, () => {
        wasReady = true;
        reportReady();
      });
      hooks.onChange(spec.name, identify(child.pid ?? 0));
      const ending = await ended(child);
      child = null;
      hooks.onChange(spec.name, null);
      if (stopping.signal.aborted) return;
      failures = wasReady ? 0 : failures + 1;
      if (failures >= FAILURES_BEFORE_READY_MAX) {
        giveUp(neverReady(spec, ending));
        return;
      }
      if (performance.now() - startedMs > HEALTHY_MS) delayMs = RESTART_DELAY_MS_MIN;
      hooks.onRestart(`${spec.name} ended (${ending}); restarting in ${delayMs} ms`);
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      delayMs = Math.min(delayMs * 2, RESTART_DELAY_MS_MAX);
    }
  };
  const life = live();

  return {
    name: spec.name,
    ready,
    pid: () => child?.pid ?? null,
    async stop() {
      stopping.abort();
      if (child !== null) await end(child);
      await life;
    },
  };
}

function start(spec: ProcessSpec, onReady: () => void): ChildProcess {
  rotate(spec.logFile);
  const log = openSync(spec.logFile, 'a', 0o600);
  // Its own process group: Ctrl-C in the terminal reaches only the supervisor, which then stops them in order.
  const child = fork(spec.entry, [], {
    env: { ...spec.environment, COUNTERFOIL_SETTINGS: JSON.stringify(spec.settings) },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
  closeSync(log);
  child.on('message', (message) => {
    if (isReadyMessage(message)) onReady();
  });
  return child;
}

function isReadyMessage(message: unknown): boolean {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready'
  );
}

function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (child.connected) child.disconnect();
  if (await within(gone, STOP_GRACE_MS)) return;
  child.kill('SIGTERM');
  if (await within(gone, TERMINATE_GRACE_MS)) return;
  child.kill('SIGKILL');
  await gone;
}

async function within(event: Promise<void>, limitMs: number): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(limitMs, false, { signal: timer.signal }).catch(() => false);
  const inTime = await Promise.race([event.then(() => true), late]);
  timer.abort();
  return inTime;
}

function rotate(logFile: string): void {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_BYTES_MAX) renameSync(logFile, `${logFile}.1`);
}

function neverReady(spec: ProcessSpec, ending: string): UpstreamError {
  const tail = readFileSync(spec.logFile, 'utf8').trim().split('\n').slice(-12).join('\n');
  return new UpstreamError(
    'PROCESS_NOT_READY',
    `${spec.name} does not start (${ending}). Its last words:\n${tail}`,
    { remedy: `read ${spec.logFile}`, details: { process: spec.name } },
  );
}
