import { createHash } from 'node:crypto';
import {
  InputError,
  UpstreamError,
  type ActionDeclaration,
  type ActionPerformer,
  type ActionPlanner,
  type JsonObject,
  type Label,
  type Precondition,
  type Tool,
} from '@counterfoil/core';

/** One effect on the fake outside. */
export interface FakeEffect {
  readonly kind: string;
  readonly idempotencyKey: string;
  readonly parameters: JsonObject;
}

/** A chat, a tracker and some instances, with everything that was done to them. */
export interface FakeWorld {
  readonly effects: FakeEffect[];
  /** Instance id → running or stopped, and the account it is in. */
  readonly instances: Map<string, { state: 'running' | 'stopped'; readonly account: string }>;
  /** The next call changes the world and then fails as if its answer was lost. */
  loseNextAnswer(): void;
  /** From now on the outside cannot say whether a call happened. */
  forget(): void;
  /** From now on a verifying read sees no effect. */
  hideEffects(): void;
  /** How many verifying reads were made. */
  readonly verifications: number;
  /** The next call fails before it changes anything. */
  failNextCall(error: Error): void;
  planners(): readonly ActionPlanner[];
  performers(): readonly ActionPerformer[];
  describeInstances(): Tool;
}

const TRUSTED: Label = { integrity: 2, confidentiality: 1, scopes: [], sources: [] };
const TYPED: Label = { ...TRUSTED, integrity: 1 };

/** A world with these running instances. */
export function createFakeWorld(
  running: readonly { readonly instanceId: string; readonly account: string }[] = [],
): FakeWorld {
  const effects: FakeEffect[] = [];
  const instances: FakeWorld['instances'] = new Map(
    running.map(({ instanceId, account }) => [instanceId, { state: 'running', account }]),
  );
  let loseAnswer = false;
  let isForgetful = false;
  let isHidden = false;
  let verifications = 0;
  let failure: Error | null = null;
  const perform = (effect: FakeEffect, change: () => void) => {
    if (failure) {
      const error = failure;
      failure = null;
      throw error;
    }
    change();
    effects.push(effect);
    if (!loseAnswer) return;
    loseAnswer = false;
    throw new UpstreamError('TIMEOUT', 'the answer was lost');
  };
  const stateOf = (declaration: ActionDeclaration, parameters: JsonObject): Precondition[] =>
    declaration.class === 'cloud'
      ? declaration.targets(parameters).map((target) => {
          const state = { state: instances.get(target)?.state ?? 'gone' };
          return { target, stateSha256: hashOf(state.state), state };
        })
      : [];
  const planner = (declaration: ActionDeclaration): ActionPlanner => ({
    ...declaration,
    async plan(parameters, context) {
      const isCloud = declaration.class === 'cloud';
      return {
        parameterLabels: Object.fromEntries(
          Object.keys(parameters).map((name) => [name, isTarget(name) ? TRUSTED : TYPED]),
        ),
        preconditions: stateOf(declaration, parameters),
        preview: `${declaration.title}: ${declaration.targets(parameters).join(', ')}`,
        blastRadius: {
          targets: declaration.targets(parameters),
          accounts: isCloud ? [context.account] : [],
          note: 'a fake',
        },
        undo: { reversibility: declaration.reversibility, steps: [] },
      };
    },
  });
  const performer = (declaration: ActionDeclaration): ActionPerformer => ({
    ...declaration,
    preconditions: async (parameters) => stateOf(declaration, parameters),
    async execute(parameters, { idempotencyKey }) {
      // No deduplication: an outside that would forgive a repeated call could not show that none is made.
      const effect = { kind: declaration.kind, idempotencyKey, parameters };
      perform(effect, () => stopTargets(declaration, parameters));
      return { reference: `ref-${idempotencyKey}`, facts: {} };
    },
    async reconcile(_parameters, { idempotencyKey }) {
      if (isForgetful) return { type: 'unknown', note: 'the outside kept no record' };
      const known = effects.find((one) => one.idempotencyKey === idempotencyKey);
      return known
        ? { type: 'performed', effect: { reference: `ref-${idempotencyKey}`, facts: {} } }
        : { type: 'not_performed' };
    },
    async verify(_parameters, _effect, { idempotencyKey }) {
      verifications += 1;
      const isSeen = !isHidden && effects.some((one) => one.idempotencyKey === idempotencyKey);
      return { status: isSeen ? 'confirmed' : 'not_confirmed', note: 'read back', facts: {} };
    },
  });
  const stopTargets = (declaration: ActionDeclaration, parameters: JsonObject) => {
    if (declaration.class !== 'cloud') return;
    for (const target of declaration.targets(parameters)) {
      const instance = instances.get(target);
      if (instance) instance.state = 'stopped';
    }
  };
  return {
    effects,
    instances,
    get verifications() {
      return verifications;
    },
    forget() {
      isForgetful = true;
    },
    hideEffects() {
      isHidden = true;
    },
    loseNextAnswer() {
      loseAnswer = true;
    },
    failNextCall(error) {
      failure = error;
    },
    planners: () => DECLARATIONS.map(planner),
    performers: () => DECLARATIONS.map(performer),
    describeInstances: () => describeInstances(instances),
  };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function isTarget(name: string): boolean {
  return name === 'channelId' || name === 'projectKey' || name === 'instanceIds';
}

function describeInstances(instances: FakeWorld['instances']): Tool {
  return {
    name: 'aws.describe_instances',
    description: 'Describes instances.',
    inputSchema: {},
    permissions: ['ec2:DescribeInstances'],
    timeoutMs: 1000,
    async observe(input) {
      const ids = input['instanceIds'] as readonly string[];
      const found = ids.filter((id) => instances.get(id)?.account === input['account']);
      const running = found.filter((id) => instances.get(id)?.state === 'running');
      return {
        status: found.length > 0 ? 'answered' : 'no_data',
        question: 'Which of these instances are there?',
        finding: `${running.length} of ${ids.length} are running.`,
        facts: {
          'instances.found': found.length,
          'instances.running': running.length,
          'instances.missing': ids.length - found.length,
          'instances.ids': found.join(' '),
          'instances.runningIds': running.join(' '),
          'instances.types': 'p4d.24xlarge',
        },
        source: 'ec2:DescribeInstances',
      };
    },
  };
}

function parser(fields: readonly string[]): (parameters: unknown) => JsonObject {
  return (parameters) => {
    const given = parameters as JsonObject;
    const stray = Object.keys(given).find((name) => !fields.includes(name));
    if (stray !== undefined) throw new InputError('PARAMETER_UNKNOWN', `${stray} is unknown`);
    return given;
  };
}

const DECLARATIONS: readonly ActionDeclaration[] = [
  {
    kind: 'slack.post_message',
    title: 'Post to Slack',
    parametersSchema: { type: 'object' },
    examples: [{ channelId: 'C1', title: 't', body: 'b' }],
    permissions: ['chat:write'],
    reversibility: 'compensable',
    class: 'message',
    targetsMax: 1,
    parse: (parameters) => ({
      channelId: 'C1',
      ...parser(['channelId', 'title', 'body'])(parameters),
    }),
    targets: () => ['C1'],
  },
  {
    kind: 'jira.create_issue',
    title: 'Open a Jira issue',
    parametersSchema: { type: 'object' },
    examples: [{ projectKey: 'FIN', summary: 's', description: 'd' }],
    permissions: ['write:jira-work'],
    reversibility: 'compensable',
    class: 'ticket',
    targetsMax: 1,
    parse: (parameters) => ({
      projectKey: 'FIN',
      ...parser(['projectKey', 'summary', 'description'])(parameters),
    }),
    targets: () => ['FIN'],
  },
  {
    kind: 'aws.ec2.stop_instances',
    title: 'Stop instances',
    parametersSchema: { type: 'object' },
    examples: [{ instanceIds: ['i-0123456789abcdef0'] }],
    permissions: ['ec2:StopInstances'],
    reversibility: 'reversible',
    class: 'cloud',
    targetsMax: 5,
    parse: parser(['instanceIds']),
    targets: (parameters) => parameters['instanceIds'] as readonly string[],
  },
];
