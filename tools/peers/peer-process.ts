import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';

const READY_TIMEOUT_MS = 60_000;

/** A running stand-in that we did not write. */
export interface Peer {
  readonly url: string;
  stop(): Promise<void>;
}

/** What is started: `argumentsFor` gets a free port; ready means that `readyPath` is answered at all. */
export interface PeerProgram {
  readonly program: string;
  readonly argumentsFor: (port: number) => readonly string[];
  readonly readyPath: string;
}

/** Starts a peer on a loopback port; `null` where it ends or does not answer in time. */
export async function startPeer(peer: PeerProgram): Promise<Peer | null> {
  const port = await freePort();
  const child = spawn(peer.program, peer.argumentsFor(port), { stdio: 'ignore' });
  let ended = false;
  child.once('error', () => (ended = true));
  child.once('exit', () => (ended = true));
  const url = `http://127.0.0.1:${port}`;
  const untilMs = Date.now() + READY_TIMEOUT_MS;
  while (!ended && Date.now() < untilMs) {
    try {
      await fetch(`${url}${peer.readyPath}`);
      return {
        url,
        stop: async () => {
          if (ended) return;
          child.kill('SIGTERM');
          await once(child, 'exit');
        },
      };
    } catch {
      await delay(100);
    }
  }
  child.kill('SIGKILL');
  return null;
}
