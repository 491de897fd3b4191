import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DEMO_LAST_DAY,
  DEMO_SEED,
  generateOrganisation,
  type Organisation,
} from '../organisation/index.ts';
import { demoConnections } from './connections.ts';
import { createWorldClient, type WorldClient } from './world-client.ts';
import { createDemoWorld } from './world-server.ts';

/** A world of its own for one test, in this process, on a free port. */
export interface TemporaryWorld extends WorldClient {
  readonly organisation: Organisation;
  readonly connections: ReturnType<typeof demoConnections>;
  readonly stateFile: string;
  /** Stops it and starts it again from its state file on another port; answers with that world. */
  restart(): Promise<TemporaryWorld>;
  close(): Promise<void>;
}

/** Starts a world whose state lies in a new temporary directory. */
export async function startTemporaryWorld(
  options: { readonly seed?: number; readonly nowMs?: () => number } = {},
): Promise<TemporaryWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'counterfoil-world-'));
  const organisation = generateOrganisation({
    seed: options.seed ?? DEMO_SEED,
    lastDay: DEMO_LAST_DAY,
  });
  const stateFile = join(directory, 'world.json');
  const start = async (): Promise<TemporaryWorld> => {
    const world = createDemoWorld({
      organisation,
      stateFile,
      ...(options.nowMs && { nowMs: options.nowMs }),
    });
    const url = `http://127.0.0.1:${await world.listen('127.0.0.1', 0)}`;
    return {
      ...createWorldClient(url),
      organisation,
      connections: demoConnections(url),
      stateFile,
      restart: async () => {
        await world.close();
        return await start();
      },
      close: async () => {
        await world.close();
        await rm(directory, { recursive: true, force: true });
      },
    };
  };
  return await start();
}
