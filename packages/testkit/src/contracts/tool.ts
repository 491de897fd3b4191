import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError, PlatformError, type JsonObject, type Tool } from '@counterfoil/core';

/** One tool with an outside that answers, one that fails, and an account that is none of the case's business. */
export interface ToolContractSubject {
  readonly tool: Tool;
  readonly input: JsonObject;
  readonly scopeAccounts: readonly string[];
  /** The same tool against an outside that fails. */
  readonly failing?: Tool;
  /** Input about an account outside `scopeAccounts`; absent where the lake fixes the scope by itself. */
  readonly inputOutOfScope?: JsonObject;
  /** Everything of the outside that a call could change; absent where the outside cannot be changed. */
  outside?(): Promise<unknown>;
  close?(): Promise<void>;
}

/** Registers the tests that every tool must pass. `create` is called once for each. */
export function testToolContract(name: string, create: () => Promise<ToolContractSubject>): void {
  const contract = (promise: string, check: (subject: ToolContractSubject) => Promise<void>) =>
    test(`${name}: ${promise}`, async () => {
      const subject = await create();
      try {
        await check(subject);
      } finally {
        await subject.close?.();
      }
    });

  contract(
    'it answers in sentences, with flat facts and a source, and changes nothing',
    async (subject) => {
      const before = await subject.outside?.();
      const answer = await subject.tool.observe(subject.input, contextOf(subject));
      assert.equal(answer.status, 'answered');
      assert.ok(
        answer.question.length > 0 && answer.finding.length > 0 && answer.source.length > 0,
      );
      for (const value of Object.values(answer.facts)) {
        assert.ok(value === null || ['string', 'number', 'boolean'].includes(typeof value));
        assert.ok(typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0)));
      }
      assert.deepEqual(await subject.outside?.(), before);
    },
  );

  contract('the same question gives the same facts', async (subject) => {
    const first = await subject.tool.observe(subject.input, contextOf(subject));
    const second = await subject.tool.observe(subject.input, contextOf(subject));
    assert.deepEqual(second.facts, first.facts);
  });

  contract('it has a time limit', async ({ tool }) => {
    assert.ok(tool.timeoutMs > 0 && tool.timeoutMs <= 120_000);
  });

  contract('an unknown field of the input is refused', async (subject) => {
    const input = { ...subject.input, surprise: 1 };
    await assert.rejects(async () => subject.tool.observe(input, contextOf(subject)), InputError);
  });

  contract('a failing outside is an error with a code, never an empty answer', async (subject) => {
    const { failing } = subject;
    if (!failing) return;
    await assert.rejects(() => failing.observe(subject.input, contextOf(subject)), PlatformError);
  });

  contract('an account outside the scope is refused', async (subject) => {
    const { inputOutOfScope } = subject;
    if (!inputOutOfScope) return;
    await assert.rejects(
      () => subject.tool.observe(inputOutOfScope, contextOf(subject)),
      PlatformError,
    );
  });
}

function contextOf({ scopeAccounts }: ToolContractSubject) {
  return { caseId: 'case_contract', scopeAccounts, signal: AbortSignal.timeout(30_000) };
}
