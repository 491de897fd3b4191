import { StopInstancesCommand } from '@aws-sdk/client-ec2';
import type { ActionContext, ActionPerformer, Effect, JsonObject } from '@counterfoil/core';
import { idsInPlace, instanceArn } from '../ec2/instance-targets.ts';
import {
  preconditionsOf,
  readExistingInstances,
  readInstances,
  type InstanceState,
} from '../ec2/read-instances.ts';
import { calling } from '../sessions/aws-error.ts';
import type { AwsSessions } from '../sessions/aws-sessions.ts';
import { stopInstancesDeclaration } from './stop-instances-declaration.ts';

const STOPPED = new Set(['stopping', 'stopped']);

/**
 * The executor's half. Writes and reads may come from different roles: pass the sessions of a read role as
 * `readSessions`, or the write role's sessions are narrowed to describing.
 */
export function stopInstancesPerformer(
  writeSessions: AwsSessions,
  readSessions: Pick<AwsSessions, 'reader'> = writeSessions,
): ActionPerformer {
  const describe = async (parameters: JsonObject, context: ActionContext) => {
    const ids = idsInPlace(stopInstancesDeclaration.targets(parameters), context);
    const client = await readSessions.reader(context);
    return { ids, client };
  };
  return {
    ...stopInstancesDeclaration,
    preconditions: async (parameters, context) => {
      const { ids, client } = await describe(parameters, context);
      const instances = await readExistingInstances(client, ids);
      return preconditionsOf(stopInstancesDeclaration.targets(parameters), instances);
    },
    execute: async (parameters, context) => {
      const { account, region, idempotencyKey } = context;
      const ids = idsInPlace(stopInstancesDeclaration.targets(parameters), context);
      const arns = ids.map((id) => instanceArn(account, region, id));
      const client = await writeSessions.writer({
        account,
        region,
        permission: 'ec2:StopInstances',
        resourceArns: arns as [string, ...string[]],
        sourceIdentity: idempotencyKey,
      });
      const answer = await calling('ec2:StopInstances', () =>
        client.send(new StopInstancesCommand({ InstanceIds: [...ids] })),
      );
      const changes = (answer.StoppingInstances ?? []).map((change) => ({
        instanceId: change.InstanceId ?? 'unknown',
        from: change.PreviousState?.Name ?? 'unknown',
        to: change.CurrentState?.Name ?? 'unknown',
      }));
      // The SourceIdentity is what CloudTrail is asked by, and what a reconciling read can know too.
      const requestId = answer.$metadata.requestId ?? null;
      return { reference: idempotencyKey, facts: { requestId, changes } };
    },
    reconcile: async (parameters, context) => {
      const { ids, client } = await describe(parameters, context);
      const instances = await readInstances(client, ids);
      const stopped = instances.filter(({ state }) => STOPPED.has(state));
      if (stopped.length === ids.length) {
        return { type: 'performed', effect: observedEffect(instances, context.idempotencyKey) };
      }
      if (stopped.length === 0 && instances.length === ids.length) return { type: 'not_performed' };
      const states = instances.map(({ instanceId, state }) => `${instanceId} ${state}`);
      return {
        type: 'unknown',
        note: `of ${ids.length} instances ${stopped.length} are stopped: ${states.join(', ')}`,
      };
    },
    verify: async (parameters, _effect, context) => {
      const { ids, client } = await describe(parameters, context);
      const instances = await readInstances(client, ids);
      const stopped = instances.filter(({ state }) => STOPPED.has(state));
      const confirmed = stopped.length === ids.length;
      return {
        status: confirmed ? 'confirmed' : 'not_confirmed',
        note: `EC2 reports ${stopped.length} of ${ids.length} instances as stopping or stopped.`,
        facts: { states: statesOf(instances) },
      };
    },
  };
}

/** An effect that a read found: stopping is idempotent, so the state is the effect, whoever asked last. */
function observedEffect(instances: readonly InstanceState[], idempotencyKey: string): Effect {
  return {
    reference: idempotencyKey,
    facts: { observed: statesOf(instances) },
  };
}

function statesOf(instances: readonly InstanceState[]) {
  return instances.map(({ instanceId, state }) => ({ instanceId, state }));
}
