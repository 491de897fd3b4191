import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '@counterfoil/core';
import { createFakeWorld } from '@counterfoil/testkit';
import { registerActions, registerTools } from './registry.ts';

const [message, ticket] = createFakeWorld().planners();
const tool = createFakeWorld().describeInstances();
if (!message || !ticket) throw new Error('the fake world has planners');

test('lists are taken as they are, by name', () => {
  assert.deepEqual([...registerActions([message, ticket]).keys()], [message.kind, ticket.kind]);
  assert.equal(registerTools([tool]).get(tool.name), tool);
});

test('a name twice, no permission, no bound and no time limit are refused', () => {
  assert.throws(() => registerActions([message, message]), /registered twice/);
  assert.throws(() => registerTools([tool, tool]), /registered twice/);
  assert.throws(
    () => registerActions([{ ...message, permissions: [] as unknown as [string] }]),
    /no permission/,
  );
  assert.throws(() => registerActions([{ ...message, targetsMax: 0 }]), /no bound/);
  assert.throws(() => registerTools([{ ...tool, timeoutMs: 0 }]), /no time limit/);
});

test('an example that the kind refuses or that has too many targets is refused, one of another place is not', () => {
  const refusing = (code: string) => ({
    ...message,
    parse: () => {
      throw new InputError(code, 'refused');
    },
  });
  assert.throws(() => registerActions([refusing('FIELD_MALFORMED')]), /refused/);
  assert.equal(registerActions([refusing('CHANNEL_NOT_CONFIGURED')]).size, 1);
  const many = { ...message, targets: () => ['a', 'b'] };
  assert.throws(() => registerActions([many]), /more targets/);
});
