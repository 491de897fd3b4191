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
export {
  testChangeRecordsContract,
  type ChangeRecordsContractSubject,
} from './contracts/change-records.ts';
export { testToolContract, type ToolContractSubject } from './contracts/tool.ts';
export { findCanaries, makeCanary, type Sighting } from './adversary/canaries.ts';
export { carried, CARRIERS, type Carrier } from './adversary/carriers.ts';
export { parseCorpus, type Attack, type Corpus, type CorpusFile } from './adversary/corpus.ts';
export {
  actionsFor,
  GOAL_TYPES,
  type GoalType,
  type LiteralAction,
  type WorldKnowledge,
} from './adversary/goals.ts';
export { SMALL_CORPUS } from './adversary/small-corpus.ts';
export { STRATEGIES } from './adversary/strategies/index.ts';
export { chosenBy } from './adversary/strategies/encoder.ts';
export { honest, obedient } from './adversary/strategies/obedient.ts';
export {
  STRATEGY_NAMES,
  textsIn,
  type Strategy,
  type StrategyName,
  type StrategySetting,
} from './adversary/strategies/strategy.ts';
