import { createHash } from 'node:crypto';
import {
  UpstreamError,
  type ActionDeclaration,
  type ActionPerformer,
  type ActionPlanner,
  type JsonObject,
  type Label,
  type Precondition,
  type Tool,
} from '@counterfoil/core';
import { FAKE_DECLARATIONS } from './fake-declarations.ts';

/** One effect on the fake outside. */
export interface FakeEffect {
  readonly kind: string;
  readonly idempotencyKey: string;
  readonly parameters: JsonObject;
}

/** A fake instance, and the account it is in. */
export interface FakeInstance {
  state: 'running' | 'stopped';
  readonly account: string;
}

const TRUSTED: Label = { integrity: 2, confidentiality: 1, scopes: [], sources: [] };
const TYPED: Label = { ...TRUSTED, integrity: 1 };

/** A chat, a tracker and some instances, with everything that was done to them. */
export class FakeWorld {
  readonly effects: FakeEffect[] = [];
  readonly instances = new Map<string, FakeInstance>();
  /** How many verifying reads were made. */
  verifications = 0;
  #isAnswerLost = false;
  #isForgetful = false;
  #isHidden = false;
  #failure: Error | null = null;
  #isNextCallSlow = false;
  #underWay: (() => void) | null = null;

  constructor(running: readonly { readonly instanceId: string; readonly account: string }[]) {
    for (const { instanceId, account } of running) {
      this.instances.set(instanceId, { state: 'running', account });
    }
  }

  /** The next call changes the world and then fails as if its answer was lost. */
  loseNextAnswer(): void {
    this.#isAnswerLost = true;
  }

  /** The answer of the next call is lost while the call is under way: it takes effect after somebody has looked for it once. */
  delayNextCall(): void {
    this.#isNextCallSlow = true;
  }

  /** From now on the outside cannot say whether a call happened. */
  forget(): void {
    this.#isForgetful = true;
  }

  /** From now on a verifying read sees no effect. */
  hideEffects(): void {
    this.#isHidden = true;
  }

  /** The next call fails before it changes anything. */
  failNextCall(error: Error): void {
    this.#failure = error;
  }

  /** The halves that an agent holds. */
  planners(): readonly ActionPlanner[] {
    return FAKE_DECLARATIONS.map((declaration) => this.#planner(declaration));
  }

  /** The halves that an executor holds. */
  performers(): readonly ActionPerformer[] {
    return FAKE_DECLARATIONS.map((declaration) => this.#performer(declaration));
  }

  /** Describes instances of the account asked for, as the real tool does. */
  describeInstances(): Tool {
    return {
      name: 'aws.describe_instances',
      description: 'Describes instances.',
      inputSchema: {},
      permissions: ['ec2:DescribeInstances'],
      timeoutMs: 1000,
      observe: async (input) => this.#describe(input),
    };
  }

  #describe(input: JsonObject) {
    const ids = input['instanceIds'] as readonly string[];
    const found = ids.filter((id) => this.instances.get(id)?.account === input['account']);
    const running = found.filter((id) => this.instances.get(id)?.state === 'running');
    return {
      status: found.length > 0 ? ('answered' as const) : ('no_data' as const),
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
  }

  #planner(declaration: ActionDeclaration): ActionPlanner {
    return {
      ...declaration,
      plan: async (parameters, context) => ({
        parameterLabels: Object.fromEntries(
          Object.keys(parameters).map((name) => [name, isTarget(name) ? TRUSTED : TYPED]),
        ),
        preconditions: this.#preconditions(declaration, parameters),
        preview: `${declaration.title}: ${declaration.targets(parameters).join(', ')}`,
        blastRadius: {
          targets: declaration.targets(parameters),
          accounts: declaration.class === 'cloud' ? [context.account] : [],
          note: 'a fake',
        },
        undo: { reversibility: declaration.reversibility, steps: [] },
      }),
    };
  }

  #performer(declaration: ActionDeclaration): ActionPerformer {
    return {
      ...declaration,
      preconditions: async (parameters) => this.#preconditions(declaration, parameters),
      execute: async (parameters, { idempotencyKey }) => {
        this.#perform(declaration, { kind: declaration.kind, idempotencyKey, parameters });
        return effectOf(idempotencyKey);
      },
      reconcile: async (_parameters, { idempotencyKey }) => {
        if (this.#isForgetful) return { type: 'unknown', note: 'the outside kept no record' };
        const isKnown = this.#isKnown(idempotencyKey);
        this.#arrive();
        return isKnown
          ? { type: 'performed', effect: effectOf(idempotencyKey) }
          : { type: 'not_performed' };
      },
      verify: async (_parameters, _effect, { idempotencyKey }) => {
        this.verifications += 1;
        const isSeen = !this.#isHidden && this.#isKnown(idempotencyKey);
        return { status: isSeen ? 'confirmed' : 'not_confirmed', note: 'read back', facts: {} };
      },
    };
  }

  /** Does not deduplicate: an outside that would forgive a repeated call could not show that none is made. */
  #perform(declaration: ActionDeclaration, effect: FakeEffect): void {
    const failure = this.#failure;
    this.#failure = null;
    if (failure) throw failure;
    this.#underWay = () => this.#change(declaration, effect);
    const isLost = this.#isAnswerLost || this.#isNextCallSlow;
    if (!this.#isNextCallSlow) this.#arrive();
    this.#isNextCallSlow = false;
    this.#isAnswerLost = false;
    if (isLost) throw new UpstreamError('TIMEOUT', 'the answer was lost');
  }

  #arrive(): void {
    this.#underWay?.();
    this.#underWay = null;
  }

  #change(declaration: ActionDeclaration, effect: FakeEffect): void {
    this.effects.push(effect);
    if (declaration.class !== 'cloud') return;
    for (const target of declaration.targets(effect.parameters)) {
      const instance = this.instances.get(target);
      if (instance) instance.state = 'stopped';
    }
  }

  #preconditions(declaration: ActionDeclaration, parameters: JsonObject): readonly Precondition[] {
    if (declaration.class !== 'cloud') return [];
    return declaration.targets(parameters).map((target) => {
      const state = this.instances.get(target)?.state ?? 'gone';
      const stateSha256 = createHash('sha256').update(state).digest('hex');
      return { target, stateSha256, state: { state } };
    });
  }

  #isKnown(idempotencyKey: string): boolean {
    return this.effects.some((one) => one.idempotencyKey === idempotencyKey);
  }
}

/** A world with these running instances. */
export function createFakeWorld(
  running: readonly { readonly instanceId: string; readonly account: string }[] = [],
): FakeWorld {
  return new FakeWorld(running);
}

function effectOf(idempotencyKey: string) {
  return { reference: `ref-${idempotencyKey}`, facts: {} };
}

function isTarget(name: string): boolean {
  return name === 'channelId' || name === 'projectKey' || name === 'instanceIds';
}
