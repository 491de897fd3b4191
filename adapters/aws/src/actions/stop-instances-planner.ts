import { InputError, type ActionPlanner } from '@counterfoil/core';
import { idsInPlace } from '../ec2/instance-targets.ts';
import {
  preconditionsOf,
  readExistingInstances,
  type InstanceState,
} from '../ec2/read-instances.ts';
import type { AwsSessions } from '../sessions/aws-sessions.ts';
import { stopInstancesDeclaration } from './stop-instances-declaration.ts';

/** The agent's half: describes the instances and refuses those for which a stop would not be reversible. */
export function stopInstancesPlanner(sessions: Pick<AwsSessions, 'reader'>): ActionPlanner {
  return {
    ...stopInstancesDeclaration,
    plan: async (parameters, context) => {
      const targets = stopInstancesDeclaration.targets(parameters);
      const { account, region } = context;
      const ids = idsInPlace(targets, context);
      const instances = await readExistingInstances(
        await sessions.reader({ account, region }),
        ids,
      );
      for (const instance of instances) requireStoppable(instance);
      const described = instances.map(
        ({ instanceId, instanceType }) => `${instanceId} (${instanceType})`,
      );
      const felt = targets.length === 1 ? 'One instance stops' : `${targets.length} instances stop`;
      return {
        parameterLabels: {
          // EC2 itself just answered with exactly these ids, within the scope.
          instanceIds: { integrity: 2, confidentiality: 1, scopes: [account], sources: [] },
        },
        preconditions: preconditionsOf(targets, instances),
        preview: `Stops ${described.join(' and ')} in account ${account}, ${region}. Memory and data on instance store volumes are lost; EBS volumes, private addresses and Elastic IPs stay and stay charged.`,
        blastRadius: {
          targets,
          accounts: [account],
          note: `${felt} answering; whoever works there is disconnected.`,
        },
        undo: {
          reversibility: 'reversible',
          steps: [
            `Start the instances again: aws ec2 start-instances --region ${region} --instance-ids ${ids.join(' ')}`,
            'Public addresses that were assigned automatically change; data on instance store volumes does not come back.',
          ],
        },
      };
    },
  };
}

function requireStoppable(instance: InstanceState): void {
  const { instanceId } = instance;
  const problem = problemOf(instance);
  if (problem === undefined) return;
  throw new InputError('INSTANCE_NOT_STOPPABLE', `${instanceId} ${problem}`, {
    remedy: 'leave it out, or let its owner decide',
  });
}

function problemOf(instance: InstanceState): string | undefined {
  if (instance.state !== 'running') return `is ${instance.state}, not running`;
  if (instance.rootDeviceType !== 'ebs')
    return 'has its root on an instance store and cannot be stopped';
  if (instance.lifecycle !== 'on_demand')
    return `is a ${instance.lifecycle} instance, which may not start again`;
  if (instance.inAutoScalingGroup)
    return 'belongs to an Auto Scaling group, which would terminate and replace it';
  return undefined;
}
