import { manageProcess, type ManagedProcess, type ProcessSpec } from './managed-process.ts';
import { ProcessRegister } from './leftovers.ts';

/** Runs a group of processes until it is stopped. */
export interface Supervisor {
  /** Starts these together and waits until every one is ready. */
  start(specs: readonly ProcessSpec[]): Promise<void>;
  pids(): Readonly<Record<string, number | null>>;
  /** Stops them one after the other, last started first. */
  stop(): Promise<void>;
}

/** Makes a supervisor and ends what an earlier one on the same register may have left. */
export async function createSupervisor(
  registerFile: string,
  say: (message: string) => void,
): Promise<Supervisor> {
  const register = new ProcessRegister(registerFile);
  const forced = await register.clear();
  if (forced > 0) say(`ended ${forced} processes left by an earlier run`);
  const processes: ManagedProcess[] = [];
  return {
    async start(specs) {
      const started = specs.map((spec) =>
        manageProcess(spec, {
          onChange: (name, identity) => register.note(name, identity),
          onRestart: say,
        }),
      );
      processes.push(...started);
      await Promise.all(started.map((process) => process.ready));
    },
    pids: () => Object.fromEntries(processes.map((process) => [process.name, process.pid()])),
    async stop() {
      for (const process of processes.toReversed()) await process.stop();
      processes.length = 0;
    },
  };
}
