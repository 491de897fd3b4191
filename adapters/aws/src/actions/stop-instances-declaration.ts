import { readFields, type ActionDeclaration, type JsonObject } from '@counterfoil/core';
import { readInstanceTargets } from '../ec2/instance-targets.ts';

const TARGETS_MAX = 5;

/** Parameters of the stop, after `parse`. */
export interface StopInstancesParameters extends JsonObject {
  readonly instanceIds: readonly [string, ...string[]];
}

function parse(parameters: unknown): StopInstancesParameters {
  const fields = readFields(parameters, ['instanceIds']);
  return {
    instanceIds: readInstanceTargets('instanceIds', fields.instanceIds, {
      targetsMax: TARGETS_MAX,
    }),
  };
}

/** Stops EC2 instances that can be started again. */
export const stopInstancesDeclaration: ActionDeclaration = {
  kind: 'aws.ec2.stop_instances',
  title: 'Stop EC2 instances',
  parametersSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['instanceIds'],
    properties: {
      instanceIds: {
        type: 'array',
        minItems: 1,
        maxItems: TARGETS_MAX,
        uniqueItems: true,
        items: { type: 'string', description: 'instance id or ARN, all of one account and Region' },
      },
    },
  },
  examples: [
    { instanceIds: ['i-0123456789abcdef0'] },
    { instanceIds: ['arn:aws:ec2:eu-central-1:111122223333:instance/i-0123456789abcdef0'] },
  ],
  permissions: ['ec2:StopInstances'],
  reversibility: 'reversible',
  class: 'cloud',
  targetsMax: TARGETS_MAX,
  parse,
  targets: (parameters) => parse(parameters).instanceIds,
};
