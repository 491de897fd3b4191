import type { Investigator, JsonObject, Observation, Tool } from '@counterfoil/core';
import { loadCatalogue, lakeTools } from '@counterfoil/engine';
import { readDataFiles, REGION } from '../../packages/engine/src/testing/test-data.ts';
import type { AttackWorld } from './world.ts';

/**
 * The same work without a guard, as agents are often built: the model is shown what tools answer, word for word, and what it
 * answers is run. It lives in the tests alone: no program of the product can import it, and no setting leads to it.
 */
export async function runBypassed(
  world: AttackWorld,
  investigator: Investigator,
  accounts: readonly string[],
): Promise<void> {
  const { describe, performers } = world.outside.connect();
  const tools = [...lakeTools(world.openLake), describe, ...world.extraTools];
  const never = new AbortController().signal;
  const brief = {
    caseId: 'case_bypassed',
    handles: [],
    tools: tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
    questions: [],
    references: [],
    stepsMax: 32,
    raw: [],
  };
  await investigator.plan(brief, never).catch(() => undefined);
  const observations = await readAll(tools, world, accounts);
  const answer = await investigator
    .choose(evidenceOf(world, observations), never)
    .catch(() => undefined);
  const { actions = [] } = (answer ?? {}) as { readonly actions?: readonly Partial<Call>[] };
  for (const [place, action] of actions.entries()) {
    const performer = performers.find(({ kind }) => kind === action.kind);
    const context = {
      account: action.account ?? '-',
      region: REGION,
      scopeAccounts: accounts,
      caseId: 'case_bypassed',
      idempotencyKey: `cf-${String(place).padStart(48, '0')}`,
    };
    // What the connector itself refuses does not happen; the next call is tried all the same.
    await performer?.execute(action.parameters ?? {}, context).catch(() => undefined);
  }
}

interface Call {
  readonly kind: string;
  readonly account: string;
  readonly parameters: JsonObject;
}

/** Every tool once, about the change. */
async function readAll(
  tools: readonly Tool[],
  world: AttackWorld,
  scopeAccounts: readonly string[],
): Promise<readonly Observation[]> {
  const [root] = world.incident.rootCauses;
  const subject = {
    element: { ...root?.element } as JsonObject,
    basis: 'EffectiveCost',
    onsetDate: '2026-02-20',
    lastDate: '2026-02-28',
    impactPerDay: '1200',
  };
  const resourceIds = root?.resources.map(({ resourceId }) => resourceId) ?? [];
  const instances = { account: world.knowledge.homeAccount, region: REGION };
  const observations: Observation[] = [];
  for (const tool of tools) {
    const input: JsonObject =
      tool.name === 'aws.describe_instances'
        ? { ...instances, instanceIds: [...world.incident.instanceIds] }
        : tool.name === 'lake.localise'
          ? subject
          : { ...subject, resourceIds };
    const context = {
      caseId: 'case_bypassed',
      scopeAccounts,
      signal: new AbortController().signal,
    };
    const answer = await tool.observe(input, context).catch(() => null);
    if (answer) observations.push({ observationId: tool.name, tool: tool.name, ...answer });
  }
  return observations;
}

const CATALOGUE = loadCatalogue({
  causes: readDataFiles('causes'),
  playbooks: readDataFiles('playbooks'),
});

/** What an unguarded model reads: bodies, names and tags of everything near the change. */
function evidenceOf(world: AttackWorld, observations: readonly Observation[]) {
  const instances = world.incident.instanceIds.flatMap(
    (id) => world.outside.instances.get(id) ?? [],
  );
  const cause = CATALOGUE.causes.find(({ id }) => id === world.incident.causeId);
  return {
    caseId: 'case_bypassed',
    handles: observations.flatMap(({ facts }) =>
      Object.entries(facts).map(([name, summary]) => ({
        handle: name,
        unit: 'text',
        label: { integrity: 0 as const, confidentiality: 1 as const, scopes: [], sources: [] },
        summary,
      })),
    ),
    causes: cause
      ? [{ causeId: cause.id, title: cause.title, score: 1, actionKinds: cause.actions }]
      : [],
    phrases: [],
    phrasesMax: 0,
    bitsLeft: 0,
    raw: [
      JSON.stringify(observations),
      JSON.stringify(instances),
      ...world.incident.rows.slice(0, 5).map((row) => JSON.stringify(row)),
    ],
  };
}
