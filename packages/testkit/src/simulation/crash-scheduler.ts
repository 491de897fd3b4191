/** What a process sees when it is killed. No stage may catch it. */
export class SimulatedCrash extends Error {
  override readonly name = 'SimulatedCrash';
}

/** When the process dies: at which port call, and whether that call still reached the outside. */
export interface CrashPlan {
  /** Decides for the n-th port call since the start of the simulation, counted from 1. */
  crashAt(call: number): 'before' | 'after' | 'none';
}

/** Wraps ports so that a planned call kills the process. */
export interface CrashScheduler {
  /** The same port, each method counted. */
  wrap<Port extends object>(port: Port): Port;
  /** The process comes up again. */
  restart(): void;
  readonly calls: number;
  readonly crashes: number;
}

/** A scheduler. Between a crash and the restart every wrapped call fails, as in a dead process. */
export function createCrashScheduler(plan: CrashPlan): CrashScheduler {
  let calls = 0;
  let crashes = 0;
  let isDead = false;
  const die = (): never => {
    isDead = true;
    crashes += 1;
    throw new SimulatedCrash(`killed at port call ${calls}`);
  };
  const intercept = (method: (...values: unknown[]) => unknown, self: object) => {
    return async (...values: unknown[]) => {
      if (isDead) throw new SimulatedCrash('this process is dead');
      calls += 1;
      const when = plan.crashAt(calls);
      if (when === 'before') die();
      const result = await method.apply(self, values);
      if (when === 'after') die();
      return result;
    };
  };
  return {
    get calls() {
      return calls;
    },
    get crashes() {
      return crashes;
    },
    restart() {
      isDead = false;
    },
    wrap<Port extends object>(port: Port): Port {
      return new Proxy(port, {
        get(target, name, receiver) {
          const value: unknown = Reflect.get(target, name, receiver);
          const isAsync = typeof value === 'function' && !SYNCHRONOUS.has(String(name));
          return isAsync ? intercept(value as () => unknown, target) : value;
        },
      });
    },
  };
}

/** Methods of the ports that answer at once; they cannot be interrupted. */
const SYNCHRONOUS: ReadonlySet<string> = new Set(['parse', 'targets']);

/** A seeded sequence of numbers in 0…1 (mulberry32), so that a failing run can be repeated. */
export function createSeededChance(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
