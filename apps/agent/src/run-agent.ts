import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createAwsSessions, describeInstancesTool, stopInstancesPlanner } from '@counterfoil/aws';
import type { AgentSettings } from '@counterfoil/config';
import {
  PlatformError,
  type ActionPlanner,
  type Clock,
  type NewId,
  type Tool,
} from '@counterfoil/core';
import {
  createInvestigate,
  createPropose,
  createTriage,
  lakeTools,
  loadCatalogue,
  registerActions,
  registerTools,
  sweep,
} from '@counterfoil/engine';
import { createIssuePlanner } from '@counterfoil/jira';
import { openCaseLake } from '@counterfoil/lake-client';
import { postMessagePlanner } from '@counterfoil/slack';
import { startJobs, type JobQueue, type JobRunner, type Store } from '@counterfoil/store';
import { readBundle } from '@counterfoil/policy';
import { readYamlFiles } from './read-data.ts';
import { releaseOf } from './release-manifest.ts';

/** What the running agent needs. */
export interface AgentOptions {
  readonly settings: AgentSettings;
  readonly store: Pick<
    Store,
    'cases' | 'signals' | 'policies' | 'changeAttachments' | 'autonomy'
  > & {
    readonly jobs: JobQueue;
  };
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

const CONCURRENCY = 4;
const SWEEP_EVERY_MS = 60_000;

/**
 * Investigates and proposes. It holds readers and planners only: no credential in this process can change anything. It goes on
 * under the kill switch, for what the switch stops are effects.
 */
export async function runAgent(options: AgentOptions): Promise<JobRunner> {
  const { settings, store, clock, newId, logger } = options;
  const { cases, signals } = store;
  const { bundle } = readBundle(settings.policiesDirectory);
  const { tools, planners } = connections(settings);
  const data = {
    causes: readYamlFiles(settings.causesDirectory),
    playbooks: readYamlFiles(settings.playbooksDirectory),
  };
  const catalogue = loadCatalogue(data);
  const parts = { ...data, settings, tools: tools.values(), planners: planners.values() };
  await store.autonomy.recordRelease(releaseOf({ ...parts, policyBundleSha256: bundle.sha256 }));
  const wait = async (durationMs: number) => {
    await sleep(durationMs);
  };
  const { release, tenant, onBehalfOf, environments, approvalTtlMs } = settings;
  const identity = {
    ...{ tenant, release, onBehalfOf },
    proposer: `agent:${release}`,
    policyBundleSha256: bundle.sha256,
    environmentOf: (account: string) => environments[account] ?? environments['*'] ?? 'unknown',
  };
  const newestPolicies = () => store.policies.newestSha256();
  const propose = {
    ...{ cases, planners, catalogue, identity, newestPolicies },
    changeIdOf: store.changeAttachments.find,
    ...{ approvalTtlMs, clock, newId, wait },
  };
  const runner = await startJobs({
    databaseUrl: settings.databaseUrl,
    queue: 'agent',
    concurrency: CONCURRENCY,
    handlers: {
      triage: createTriage({ cases, signals, thresholds: settings.triage }),
      investigate: createInvestigate({ cases, tools, catalogue, clock, wait }),
      propose: createPropose(propose),
    },
    onError: (error, job) => report(logger, error, job),
  });
  const takeUp = () =>
    void sweep({ list: cases.list, enqueue: store.jobs.enqueue }, 'agent').catch((error: unknown) =>
      report(logger, error, { task: 'sweep', attempts: 1, final: false }),
    );
  const timer = setInterval(takeUp, SWEEP_EVERY_MS);
  takeUp();
  const kinds = [...planners.keys()];
  logger.info({ tools: [...tools.keys()], kinds, policy: bundle.sha256 }, 'agent runs');
  return {
    async stop() {
      clearInterval(timer);
      await runner.stop();
    },
  };
}

/** The explicit list of what this agent can read and offer. What is not configured is not there. */
function connections(settings: AgentSettings) {
  const { aws, slack, jira } = settings;
  const lake = openCaseLake({ socket: settings.lakeSocket, token: settings.lakeToken });
  const tools: Tool[] = [...lakeTools(lake)];
  const planners: ActionPlanner[] = [];
  if (aws) {
    const sessions = createAwsSessions(aws);
    tools.push(describeInstancesTool(sessions));
    planners.push(stopInstancesPlanner(sessions));
  }
  if (slack) planners.push(postMessagePlanner(slack));
  if (jira) planners.push(createIssuePlanner(jira));
  return { tools: registerTools(tools), planners: registerActions(planners) };
}

function report(
  logger: AgentOptions['logger'],
  error: unknown,
  job: { readonly task: string; readonly attempts: number; readonly final: boolean },
): void {
  const message = error instanceof Error ? error.message : String(error);
  const coded = error instanceof PlatformError ? { code: error.code, remedy: error.remedy } : {};
  if (job.final) logger.error({ ...job, ...coded }, `job given up: ${message}`);
  else logger.warn({ ...job, ...coded }, `job failed, is tried again: ${message}`);
}
