import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  InputError,
  type ActionContext,
  type ActionPerformer,
  type ActionPlanner,
  type JsonObject,
  type PerformContext,
} from '@counterfoil/core';

/** One action kind with a fresh outside to act on. */
export interface ActionContractSubject {
  readonly planner: ActionPlanner;
  readonly performer: ActionPerformer;
  readonly parameters: JsonObject;
  readonly context: ActionContext;
  /** Everything of the outside that an effect could change, comparable by deep equality. */
  outside(): Promise<unknown>;
  /** How many effects the outside has seen. */
  effects(): Promise<number>;
  /** Valid parameters but for too many targets; absent where a kind has one fixed target. */
  readonly parametersTooMany?: JsonObject;
  close?(): Promise<void>;
}

/** Registers the tests that every action kind must pass. `create` is called once for each. */
export function testActionContract(
  name: string,
  create: () => Promise<ActionContractSubject>,
): void {
  const contract: Contract = (promise, check) => {
    test(`${name}: ${promise}`, async () => {
      const subject = await create();
      try {
        await check(subject);
      } finally {
        await subject.close?.();
      }
    });
  };
  testDeclarations(contract);
  testPlanning(contract);
  testPerforming(contract);
}

type Contract = (promise: string, check: (subject: ActionContractSubject) => Promise<void>) => void;

function testDeclarations(contract: Contract): void {
  contract('both halves declare the same', async ({ planner, performer }) => {
    for (const field of ['kind', 'class', 'reversibility', 'targetsMax'] as const) {
      assert.equal(planner[field], performer[field]);
    }
    assert.deepEqual(planner.parametersSchema, performer.parametersSchema);
    assert.ok(planner.permissions.length > 0);
    for (const example of planner.examples) planner.parse(example);
  });

  contract('an unknown parameter is refused', async ({ planner, performer, parameters }) => {
    for (const half of [planner, performer]) {
      assert.throws(() => half.parse({ ...parameters, surprise: 1 }), InputError);
    }
  });

  contract('targets above the limit are refused', async (subject) => {
    const { planner, performer, parametersTooMany, parameters } = subject;
    assert.ok(planner.targets(planner.parse(parameters)).length <= planner.targetsMax);
    if (!parametersTooMany) return;
    for (const half of [planner, performer]) {
      assert.throws(() => half.parse(parametersTooMany), InputError);
    }
  });
}

function testPlanning(contract: Contract): void {
  contract('the preview changes nothing and labels every parameter', async (subject) => {
    const { planner, parameters, context } = subject;
    const before = await subject.outside();
    const parsed = planner.parse(parameters);
    const plan = await planner.plan(parsed, context);
    assert.deepEqual(await subject.outside(), before);
    assert.ok(plan.preview.length > 0);
    assert.deepEqual(
      Object.keys(plan.parameterLabels).toSorted(),
      Object.keys(parsed).toSorted(),
      'every parameter needs a label, or the gate counts it as untrusted',
    );
    assert.deepEqual(
      new Set(plan.blastRadius.targets),
      new Set(planner.targets(parsed)),
      'the blast radius names the targets',
    );
  });

  contract('the executor reads the preconditions that were planned', async (subject) => {
    const { planner, performer, parameters, context } = subject;
    const parsed = planner.parse(parameters);
    const plan = await planner.plan(parsed, context);
    const again = await performer.preconditions(performer.parse(parameters), context);
    const hashes = (states: typeof again) => states.map((one) => [one.target, one.stateSha256]);
    assert.deepEqual(hashes(again), hashes(plan.preconditions));
  });
}

function testPerforming(contract: Contract): void {
  contract('two calls with one idempotency key change the outside once', async (subject) => {
    const { performer, parameters } = subject;
    const context = performing(subject);
    const parsed = performer.parse(parameters);
    const first = await performer.execute(parsed, context);
    const second = await performer.execute(parsed, context);
    assert.equal(second.reference, first.reference);
    assert.equal(await subject.effects(), 1);
  });

  contract('reconcile says no before the call and yes after it', async (subject) => {
    const { performer, parameters } = subject;
    const context = performing(subject);
    const parsed = performer.parse(parameters);
    assert.equal((await performer.reconcile(parsed, context)).type, 'not_performed');
    const effect = await performer.execute(parsed, context);
    const after = await performer.reconcile(parsed, context);
    assert.equal(after.type, 'performed');
    assert.equal(after.type === 'performed' && after.effect.reference, effect.reference);
    assert.equal(await subject.effects(), 1, 'reconciling changes nothing');
  });

  contract('verify sees the effect', async (subject) => {
    const { performer, parameters } = subject;
    const context = performing(subject);
    const parsed = performer.parse(parameters);
    const effect = await performer.execute(parsed, context);
    assert.equal((await performer.verify(parsed, effect, context)).status, 'confirmed');
  });
}

function performing({ context }: ActionContractSubject): PerformContext {
  return { ...context, idempotencyKey: 'cf-0123456789abcdef', caseId: 'case_contract' };
}
