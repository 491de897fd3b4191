import { writeEntry, type PolicyBundle } from '@counterfoil/guard';
import type {
  AutonomyLevel,
  CaseState,
  Digest,
  Investigator,
  JobDraft,
  Signal,
  Tool,
} from '@counterfoil/core';
import {
  createFakeClock,
  createFakeIds,
  createFakeLake,
  createFakeWorld,
  createMemoryStore,
  SimulatedCrash,
  type CrashScheduler,
  type FakeClock,
  type FakeWorld,
  type MemoryHandler,
  type MemoryStore,
} from '@counterfoil/testkit';
import { loadCatalogue, type Catalogue } from '../causes/catalogue.ts';
import { registerActions, registerTools } from '../registry/registry.ts';
import { createApprove } from '../stages/approve.ts';
import { createExecute } from '../stages/execute.ts';
import { createGate } from '../stages/gate.ts';
import { createInvestigate } from '../stages/investigate.ts';
import { createPropose } from '../stages/propose.ts';
import { createTriage } from '../stages/triage.ts';
import { createVerify } from '../stages/verify.ts';
import { lakeTools } from '../tools/index.ts';
import type { TestIncident } from './incidents.ts';
import { makeSignal, readDataFiles, readPolicies } from './test-data.ts';
import type { ActivePolicies, AnsweredQuestion } from '../execution/dependencies.ts';
import type { GateSources } from '../execution/gate-facts.ts';
import { APPROVAL_TTL_MS, testExecutor } from './test-executor.ts';
import { createTestLog, type TestLog } from './test-log.ts';
import { createTestPerson, type TestPerson } from './test-people.ts';

/** The whole flow over fakes of the outside and the real guard. */
export interface TestFlow {
  readonly store: MemoryStore;
  readonly world: FakeWorld;
  readonly clock: FakeClock;
  readonly testLog: TestLog;
  readonly approver: TestPerson;
  readonly other: TestPerson;
  /** Known, but without any role that may approve. */
  readonly visitor: TestPerson;
  readonly errors: unknown[];
  readonly parked: Set<Digest>;
  readonly handlers: Readonly<Record<JobDraft['task'], MemoryHandler>>;
  /** While true nothing is published, as when log or witness are down. */
  isLogDown: boolean;
  /** Runs due jobs until none is due, at most `jobsMax`. */
  runDue(jobsMax?: number): Promise<void>;
  /** Moves the clock to each next job until none waits before `untilMs`. */
  runUntil(untilMs: number): Promise<void>;
  /** Receives the signal and runs until people are asked. */
  start(signal?: Signal): Promise<CaseState>;
  review(digest: Digest, verdict?: 'approve' | 'deny', person?: TestPerson): void;
  state(): CaseState;
}

export interface TestFlowOptions {
  readonly incident: TestIncident;
  readonly scheduler?: CrashScheduler;
  readonly tools?: (tools: readonly Tool[]) => readonly Tool[];
  readonly catalogue?: Catalogue;
  readonly bundle?: PolicyBundle;
  readonly autonomy?: AutonomyLevel;
  readonly investigator?: Investigator;
  readonly policies?: Partial<ActivePolicies>;
  readonly onAnswered?: (answered: AnsweredQuestion) => Promise<void>;
  /** What the policies are told otherwise than in {@link testExecutor}. */
  readonly sources?: Partial<GateSources>;
  readonly environment?: string;
  /** The change record that a person attached. */
  readonly changeIdOf?: (account: string, kind: string) => Promise<string | null>;
}

const RUNS_MAX = 2000;
const BUNDLE = readPolicies();
const SALT = Buffer.alloc(16, 7);
const ROLES = ['finops-approver', 'platform-approver', 'kill-lifter'];

/** Wires the flow. Each wait lets the log publish, as time does. */
export function createTestFlow(options: TestFlowOptions): TestFlow {
  const { incident, bundle = BUNDLE } = options;
  const clock = createFakeClock();
  const newId = createFakeIds();
  const wrap = <Port extends object>(port: Port) => options.scheduler?.wrap(port) ?? port;
  const store = createMemoryStore({
    clock,
    newId,
    writeEntry: (draft, at, actor) => writeEntry(draft, at, actor, SALT),
  });
  const approver = createTestPerson('ana', ROLES);
  const other = createTestPerson('ben', ROLES);
  const visitor = createTestPerson('eve', ['reader']);
  const testLog = createTestLog();
  const world = createFakeWorld(
    incident.instanceIds.map((instanceId) => ({ instanceId, account: '111122223333' })),
  );
  const errors: unknown[] = [];
  const parked = new Set<Digest>();
  const lake = wrap(createFakeLake(incident.rows, incident.rootCauses));
  const allTools = [...lakeTools(lake), wrap(world.describeInstances())];
  const tools = registerTools(options.tools?.(allTools) ?? allTools);
  const catalogue =
    options.catalogue ??
    loadCatalogue({ causes: readDataFiles('causes'), playbooks: readDataFiles('playbooks') });
  const wait = async (durationMs: number) => {
    clock.advance(durationMs);
    if (!flow.isLogDown) await testLog.publish(store.log);
  };
  const environmentOf = () => options.environment ?? 'sandbox';
  const autonomy = options.autonomy ?? 'approve';
  const cases = wrap(store.cases);
  const planners = registerActions(world.planners().map(wrap));
  const performers = registerActions(world.performers().map(wrap));
  const control = options.investigator ? ('model' as const) : ('playbook' as const);
  const base = testExecutor({
    ...{ store, clock, wait, testLog, bundle, autonomy },
    approvers: [approver.approver, other.approver, visitor.approver],
    planners: [...planners.values()],
    performers: [...performers.values()],
  });
  const executor = {
    ...base,
    cases,
    reviews: wrap(store.reviews),
    kills: wrap(store.kills),
    policies: async () => ({ bundle, authors: [], shadow: null, ...options.policies }),
    sources: { ...base.sources, ...options.sources },
    ...(options.onAnswered ? { onAnswered: options.onAnswered } : {}),
    environmentOf,
    control,
    logReader: wrap(testLog.files),
    onParked: (digest: Digest) => parked.add(digest),
  };
  const execute = createExecute(executor);
  const handlers = {
    triage: createTriage({
      cases,
      signals: wrap(store.signals),
      thresholds: { impactMinPercent: 15, impactMinPerDay: '200' },
    }),
    investigate: createInvestigate({
      ...{ cases, tools, catalogue, clock, wait },
      ...(options.investigator ? { investigator: options.investigator } : {}),
    }),
    propose: createPropose({
      cases,
      planners,
      catalogue,
      control,
      identity: {
        tenant: 'acme',
        release: 'r1',
        proposer: 'agent:r1',
        onBehalfOf: 'schedule:detect',
        policyBundleSha256: bundle.sha256,
        environmentOf,
      },
      approvalTtlMs: APPROVAL_TTL_MS,
      ...(options.changeIdOf && { changeIdOf: options.changeIdOf }),
      clock,
      newId,
      wait,
    }),
    gate: createGate(executor),
    resolve: createApprove({ ...executor, execute }),
    execute,
    verify: createVerify({ cases, performers, wait }),
  };
  const onError = (error: unknown) => {
    if (error instanceof SimulatedCrash) options.scheduler?.restart();
    else errors.push(error);
  };
  const flow: TestFlow = {
    store,
    world,
    clock,
    testLog,
    approver,
    other,
    visitor,
    errors,
    parked,
    handlers,
    isLogDown: false,
    async runDue(jobsMax = RUNS_MAX) {
      for (let run = 0; run < jobsMax; run += 1) {
        if (!(await store.jobs.runNext(handlers, onError))) return;
      }
    },
    async runUntil(untilMs) {
      for (let run = 0; run < RUNS_MAX; run += 1) {
        await flow.runDue();
        const dueMs = store.jobs.nextDueMs();
        if (dueMs === null || dueMs > untilMs) return;
        clock.advance(Math.max(0, dueMs - clock.nowMs()));
      }
    },
    async start(signal = makeSignal()) {
      store.receive(signal);
      await flow.runUntil(clock.nowMs() + 3_600_000);
      return flow.state();
    },
    review(digest, verdict = 'approve', person = approver) {
      store.submitReview(person.review(digest, verdict, new Date(clock.nowMs()).toISOString()));
    },
    state() {
      const [state] = store.states();
      if (!state) throw new Error('no case is open');
      return state;
    },
  };
  return flow;
}
