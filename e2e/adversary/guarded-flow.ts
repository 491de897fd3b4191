import type {
  ApprovalRequest,
  AutonomyLevel,
  CaseState,
  CaseStore,
  Digest,
  Investigator,
  Signal,
} from '@counterfoil/core';
import {
  createApprove,
  createExecute,
  createGate,
  createInvestigate,
  createPropose,
  createTriage,
  createVerify,
  lakeTools,
  loadCatalogue,
  registerActions,
  registerTools,
} from '@counterfoil/engine';
import { writeEntry } from '@counterfoil/guard';
import {
  createFakeClock,
  createFakeIds,
  createMemoryStore,
  type FakeClock,
  type MemoryStore,
} from '@counterfoil/testkit';
import { readDataFiles, readPolicies } from '../../packages/engine/src/testing/test-data.ts';
import { createTestLog } from '../../packages/engine/src/testing/test-log.ts';
import { createTestPerson } from '../../packages/engine/src/testing/test-people.ts';
import { APPROVAL_TTL_MS, testExecutor } from '../../packages/engine/src/testing/test-executor.ts';
import type { AttackWorld } from './world.ts';

const JOBS_MAX = 400;
const SALT = Buffer.alloc(16, 7);
const ROLES = ['finops-approver', 'platform-approver', 'kill-lifter'];

/** Read and made once: no trajectory changes them. */
const BUNDLE = readPolicies();
const CATALOGUE = loadCatalogue({
  causes: readDataFiles('causes'),
  playbooks: readDataFiles('playbooks'),
});
export const PEOPLE = {
  ana: createTestPerson('ana', ROLES),
  ben: createTestPerson('ben', ROLES),
  /** Known, and without any role that may approve. */
  eve: createTestPerson('eve', ['reader']),
};

/** How one flow is wired. */
export interface GuardedFlowOptions {
  readonly world: AttackWorld;
  readonly investigator?: Investigator;
  readonly autonomy?: AutonomyLevel;
  /** What lies between the agent's stages and the record: a hostile agent process. */
  readonly agentCases?: (cases: CaseStore) => CaseStore;
}

/** The product's own stages and guard, over the stand-ins and a store in memory. */
export interface GuardedFlow {
  readonly store: MemoryStore;
  readonly clock: FakeClock;
  readonly world: AttackWorld;
  /** Errors of jobs, as the queue saw them. */
  readonly errors: unknown[];
  receive(signal: Signal): void;
  /** Runs what is due until nothing is, or `untilMs` is reached. */
  run(durationMs?: number): Promise<void>;
  /** Requests that wait for people. */
  asked(): readonly { readonly state: CaseState; readonly request: ApprovalRequest }[];
  review(digest: Digest, person?: (typeof PEOPLE)['ana'], verdict?: 'approve' | 'deny'): void;
}

/** Wires triage to verification as the agent and the executor do, with the real connectors. */
export function createGuardedFlow(options: GuardedFlowOptions): GuardedFlow {
  const { world } = options;
  const clock = createFakeClock();
  const newId = createFakeIds();
  const testLog = createTestLog();
  const store = createMemoryStore({
    clock,
    newId,
    writeEntry: (draft, at, actor) => writeEntry(draft, at, actor, SALT),
  });
  const wait = async (durationMs: number) => {
    clock.advance(durationMs);
    await testLog.publish(store.log);
  };
  const common = { options, store, clock, newId, wait };
  const handlers = { ...agentOf(common), ...executorOf(common, testLog) };
  const errors: unknown[] = [];
  return {
    store,
    clock,
    world,
    errors,
    receive: (signal) => store.receive(signal),
    async run(durationMs = 3_600_000) {
      const untilMs = clock.nowMs() + durationMs;
      for (let jobs = 0; jobs < JOBS_MAX; jobs += 1) {
        if (await store.jobs.runNext(handlers, (error) => errors.push(error))) continue;
        const dueMs = store.jobs.nextDueMs();
        if (dueMs === null || dueMs > untilMs) return;
        clock.advance(Math.max(0, dueMs - clock.nowMs()));
      }
    },
    asked: () =>
      store
        .states()
        .flatMap((state) =>
          state.actions.flatMap(({ request, status }) =>
            status === 'awaiting_approval' && request ? [{ state, request }] : [],
          ),
        ),
    review(digest, person = PEOPLE.ana, verdict = 'approve') {
      store.submitReview(person.review(digest, verdict, new Date(clock.nowMs()).toISOString()));
    },
  };
}

interface Common {
  readonly options: GuardedFlowOptions;
  readonly store: MemoryStore;
  readonly clock: FakeClock;
  readonly newId: ReturnType<typeof createFakeIds>;
  readonly wait: (durationMs: number) => Promise<void>;
}

function agentOf({ options, store, clock, newId, wait }: Common) {
  const { world, investigator, agentCases } = options;
  const cases = agentCases?.(store.cases) ?? store.cases;
  const { describe, planners } = world.outside.connect();
  const scopeOf = (caseId: string) =>
    store.states().find((state) => state.caseId === caseId)?.signal.scopeAccounts ?? [];
  const tools = registerTools([
    ...lakeTools(world.lakeOf(scopeOf)),
    describe,
    ...(investigator ? world.extraTools : []),
  ]);
  return {
    triage: createTriage({
      cases,
      signals: store.signals,
      thresholds: { impactMinPercent: 15, impactMinPerDay: '200' },
    }),
    investigate: createInvestigate({
      ...{ cases, tools, catalogue: CATALOGUE, clock, wait },
      ...(investigator ? { investigator } : {}),
    }),
    propose: createPropose({
      cases,
      planners: registerActions(planners),
      catalogue: CATALOGUE,
      control: investigator ? 'model' : 'playbook',
      identity: {
        tenant: 'acme',
        release: 'r1',
        proposer: 'agent:r1',
        onBehalfOf: 'schedule:detect',
        policyBundleSha256: BUNDLE.sha256,
        environmentOf: () => 'sandbox',
      },
      approvalTtlMs: APPROVAL_TTL_MS,
      ...{ clock, newId, wait },
    }),
  };
}

function executorOf(
  { options, store, clock, wait }: Common,
  testLog: ReturnType<typeof createTestLog>,
) {
  const { planners, performers } = options.world.outside.connect();
  const dependencies = {
    ...testExecutor({
      ...{ store, clock, wait, testLog, planners, performers },
      approvers: [PEOPLE.ana.approver, PEOPLE.ben.approver, PEOPLE.eve.approver],
      bundle: BUNDLE,
      autonomy: options.autonomy ?? 'approve',
    }),
    control: options.investigator ? ('model' as const) : ('playbook' as const),
  };
  const execute = createExecute(dependencies);
  return {
    gate: createGate(dependencies),
    resolve: createApprove({ ...dependencies, execute }),
    execute,
    verify: createVerify({ cases: store.cases, performers: dependencies.performers, wait }),
  };
}
