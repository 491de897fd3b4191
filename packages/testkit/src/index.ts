export { createFakeClock, createFakeIds, type FakeClock } from './fakes/clock.ts';
export {
  createMemoryFiles,
  createMemoryLog,
  type MemoryFiles,
  type MemoryLeaf,
  type MemoryLog,
  type WriteEntry,
} from './fakes/memory-log.ts';
export { createMemoryJobs, type MemoryHandler, type MemoryJobs } from './fakes/memory-jobs.ts';
export { createMemoryStore, type Dismissal, type MemoryStore } from './fakes/memory-store.ts';
export { createMemoryUse } from './fakes/memory-use.ts';
export { createFakeLake, type FakeCostRow } from './fakes/fake-lake.ts';
export { createFakeWorld, type FakeEffect, type FakeWorld } from './fakes/fake-world.ts';
export {
  createCrashScheduler,
  createSeededChance,
  SimulatedCrash,
  type CrashPlan,
  type CrashScheduler,
} from './simulation/crash-scheduler.ts';
export { testActionContract, type ActionContractSubject } from './contracts/action.ts';
export { testToolContract, type ToolContractSubject } from './contracts/tool.ts';
