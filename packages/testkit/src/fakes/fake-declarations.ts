import { InputError, type ActionDeclaration, type JsonObject } from '@counterfoil/core';

function parser(fields: readonly string[]): (parameters: unknown) => JsonObject {
  return (parameters) => {
    const given = parameters as JsonObject;
    const stray = Object.keys(given).find((name) => !fields.includes(name));
    if (stray !== undefined) throw new InputError('PARAMETER_UNKNOWN', `${stray} is unknown`);
    return given;
  };
}

const MESSAGE: ActionDeclaration = {
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
};

const TICKET: ActionDeclaration = {
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
};

const STOP: ActionDeclaration = {
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
};

/** The action kinds of the fake world: one of each class. */
export const FAKE_DECLARATIONS: readonly ActionDeclaration[] = [MESSAGE, TICKET, STOP];
