import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createAwsSessions, stopInstancesPerformer, stopInstancesPlanner } from '@counterfoil/aws';
import type { ExecutorSettings } from '@counterfoil/config';
import {
  PlatformError,
  type ActionPerformer,
  type ActionPlanner,
  type Clock,
} from '@counterfoil/core';
import {
  createApprove,
  createExecute,
  createGate,
  createVerify,
  readKills,
  readRegistry,
  registerActions,
  sweep,
  type ExecuteDependencies,
} from '@counterfoil/engine';
import { createIssuePerformer, createIssuePlanner, createJiraClient } from '@counterfoil/jira';
import { createSlackClient, postMessagePerformer, postMessagePlanner } from '@counterfoil/slack';
import { createPolicyKeeper, readBundleFiles } from '@counterfoil/policy';
import { openLogReader, startJobs, type JobQueue, type Store } from '@counterfoil/store';
import { caseLeavesOf } from './case-leaves.ts';
import { watchCheckpoints } from './checkpoint-watch.ts';
import { autonomyOf, shadowDecision } from './gate/autonomy.ts';
import { changeRecordsOf, changeStatusOf } from './gate/change-status.ts';
import { gateSourcesOf } from './gate/gate-sources.ts';
import { readTrust } from './read-trust.ts';

/** What the running executor needs. */
export interface ExecutorOptions {
  readonly settings: ExecutorSettings;
  readonly store: Pick<
    Store,
    | 'cases'
    | 'reviews'
    | 'kills'
    | 'enrolments'
    | 'log'
    | 'changes'
    | 'use'
    | 'signals'
    | 'policies'
    | 'autonomy'
  > & {
    readonly jobs: JobQueue;
  };
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** An executor that runs until it is stopped. */
export interface RunningExecutor {
  stop(): Promise<void>;
}

const CONCURRENCY = 8;
const PROOF_WAIT_MS = 30_000;
/** Longer than any client here waits for an answer. */
const CALL_SETTLE_MS = 20_000;
const SWEEP_EVERY_MS = 60_000;

/**
 * Decides, resolves approvals, executes and verifies. It holds performers only, and trusts nothing but its own trust file, policies and
 * the witnessed log. Whether a kill stands is read afresh before every call; the subscription only serves to go on at once
 * when one is lifted.
 */
export async function runExecutor(options: ExecutorOptions): Promise<RunningExecutor> {
  const { settings, store, logger } = options;
  const checkpoints = await watchCheckpoints(store.changes);
  const dependencies = { ...dependenciesOf(options), checkpoints: checkpoints.watch };
  const { cases, performers } = dependencies;
  // Without policies whose signatures hold nothing could be decided: better not to start, and to say why.
  const { bundle } = await dependencies.policies();
  const execute = createExecute(dependencies);
  const verify = createVerify({ cases, performers, wait: dependencies.wait });
  const resolve = createApprove({ ...dependencies, execute });
  const onError = (error: unknown, about: Readonly<Record<string, unknown>>) =>
    report(logger, error, about);
  const runner = await startJobs({
    databaseUrl: settings.databaseUrl,
    queue: 'executor',
    concurrency: CONCURRENCY,
    handlers: { gate: createGate(dependencies), resolve, execute, verify },
    onError,
  });
  const takeUp = () => sweep({ list: store.cases.list, enqueue: store.jobs.enqueue }, 'executor');
  const onKillChange = async () => {
    const state = await readKills(dependencies);
    logger.info({ status: state.status }, 'kill switch read');
    if (state.status === 'off') await takeUp();
  };
  const guarded = (work: () => Promise<void>) => () =>
    void work().catch((error: unknown) => onError(error, { task: 'sweep' }));
  const unsubscribe = await store.changes.subscribe('kill', guarded(onKillChange));
  const timer = setInterval(guarded(takeUp), SWEEP_EVERY_MS);
  guarded(takeUp)();
  logger.info({ kinds: [...performers.keys()], policy: bundle.sha256 }, 'executor runs');
  return {
    async stop() {
      clearInterval(timer);
      await unsubscribe();
      await runner.stop();
      await checkpoints.stop();
    },
  };
}

function dependenciesOf({ settings, store, clock, logger }: ExecutorOptions): ExecuteDependencies {
  const trust = readTrust(settings.trustFile, settings.tenant);
  const enrolments = () => store.enrolments.list();
  const registry = () => readRegistry({ trust, enrolments });
  const policies = createPolicyKeeper({
    trust,
    ownFiles: readBundleFiles(settings.policiesDirectory),
    store: store.policies,
    registry,
    onIgnored: (code, note) =>
      logger.warn({ code, note }, 'an act upon the policies does not hold'),
  });
  const onAlarm = (code: string, note: string) => logger.error({ code, note }, 'autonomy is down');
  return {
    cases: store.cases,
    reviews: store.reviews,
    kills: store.kills,
    enrolments,
    ...actionsOf(settings),
    trust,
    policies,
    async onAnswered(answered) {
      const { caseId, shadow, ...asked } = answered;
      await store.policies.recordQuestion(asked);
      if (shadow) await store.policies.recordShadow(shadow, caseId);
      const raised = shadowDecision(answered, (await policies()).bundle);
      if (raised) await store.autonomy.recordShadow(raised, caseId);
    },
    sources: gateSourcesOf(settings, store, {
      autonomyOf: autonomyOf({ settings, store, registry, clock, onAlarm }),
      changeStatusOf: changeStatusOf(changeRecordsOf(settings.changes), clock, (changeId, flaws) =>
        logger.warn({ changeId, flaws }, 'a change record does not cover an action'),
      ),
    }),
    clock,
    grantTtlMs: settings.grantTtlMs,
    approvalTtlMs: settings.approvalTtlMs,
    ...environmentsOf(settings),
    proofWaitMs: PROOF_WAIT_MS,
    callSettleMs: CALL_SETTLE_MS,
    logReader: openLogReader(settings.logDirectory),
    caseLeaves: caseLeavesOf(store.log),
    wait: async (durationMs) => {
      await sleep(durationMs);
    },
    onParked: (digest) => logger.warn({ digest }, 'an action waits: the kill switch is engaged'),
  };
}

function environmentsOf({ environments }: ExecutorSettings) {
  if (!environments) return {};
  const environmentOf = (account: string) =>
    environments[account] ?? environments['*'] ?? 'unknown';
  return { environmentOf };
}

/** The explicit list of what this executor can do. What is not configured is not there. It plans by itself what it performs. */
function actionsOf({ aws, slack, jira }: ExecutorSettings) {
  const performers: ActionPerformer[] = [];
  const planners: ActionPlanner[] = [];
  if (aws) {
    const sessions = createAwsSessions(aws);
    performers.push(stopInstancesPerformer(sessions));
    planners.push(stopInstancesPlanner(sessions));
  }
  if (slack) {
    performers.push(postMessagePerformer(createSlackClient(slack)));
    planners.push(postMessagePlanner(slack));
  }
  if (jira) {
    performers.push(createIssuePerformer(createJiraClient(jira)));
    planners.push(createIssuePlanner(jira));
  }
  return { performers: registerActions(performers), planners: registerActions(planners) };
}

function report(
  logger: ExecutorOptions['logger'],
  error: unknown,
  about: Readonly<Record<string, unknown>>,
): void {
  const message = error instanceof Error ? error.message : String(error);
  const coded = error instanceof PlatformError ? { code: error.code, remedy: error.remedy } : {};
  if (about['final'] === true) logger.error({ ...about, ...coded }, `job given up: ${message}`);
  else logger.warn({ ...about, ...coded }, `job failed, is tried again: ${message}`);
}
