// @ts-check
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** @type {readonly NodeJS.Signals[]} */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program in this one's place: its own standard streams, every signal passed on, and its exit code. The channel
 * between the two tells the program when this process is killed without a signal that could be passed on.
 *
 * @param {string} runtime
 * @param {readonly string[]} args
 * @param {{ cwd: string, cache: string }} options `cache` keeps compiled code, so that later starts are faster
 * @returns {Promise<number>} the exit code
 */
export function handOver(runtime, args, { cwd, cache }) {
  const child = spawn(runtime, args, {
    cwd,
    env: { NODE_COMPILE_CACHE: cache, ...process.env },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : (constants.signals[signal] ?? 0)));
    });
  });
}
