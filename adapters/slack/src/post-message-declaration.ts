import {
  readFields,
  readPattern,
  readText,
  type ActionDeclaration,
  type JsonObject,
} from '@counterfoil/core';

const TITLE_CHARACTERS_MAX = 300;
/** Slack takes 40,000 and people read less. */
const BODY_CHARACTERS_MAX = 12_000;
const CHANNEL_ID = /^[CGD][A-Z0-9]{2,20}$/;

/** Parameters of a post, after `parse`. */
export interface PostMessageParameters extends JsonObject {
  readonly channelId: string;
  readonly title: string;
  readonly body: string;
}

/** Validates a channel id such as `C0123ABCD`. */
export function readChannelId(value: unknown): string {
  return readPattern('channelId', value, {
    pattern: CHANNEL_ID,
    remedy: 'give the id of a channel (C…), not its name',
  });
}

/** Validates the parameters of a post; every field must be there. */
export function parsePostMessage(parameters: unknown): PostMessageParameters {
  const fields = readFields(parameters, ['channelId', 'title', 'body']);
  return {
    channelId: readChannelId(fields.channelId),
    title: readText('title', fields.title, { charactersMax: TITLE_CHARACTERS_MAX, lines: 'one' }),
    body: readText('body', fields.body, { charactersMax: BODY_CHARACTERS_MAX, lines: 'many' }),
  };
}

/** Posts one message of plain text to a Slack channel. */
export const postMessageDeclaration: ActionDeclaration = {
  kind: 'slack.post_message',
  title: 'Post a Slack message',
  parametersSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['channelId', 'title', 'body'],
    properties: {
      channelId: { type: 'string', pattern: CHANNEL_ID.source },
      title: { type: 'string', minLength: 1, maxLength: TITLE_CHARACTERS_MAX },
      body: { type: 'string', minLength: 1, maxLength: BODY_CHARACTERS_MAX },
    },
  },
  examples: [
    {
      channelId: 'C0123ABCD',
      title: 'Forgotten GPU instances: 1,054.00 USD a day',
      body: 'Two p4d.24xlarge instances have run around the clock since 2026-09-28.',
    },
  ],
  permissions: ['chat:write', 'channels:history'],
  reversibility: 'compensable',
  class: 'message',
  targetsMax: 1,
  parse: parsePostMessage,
  targets: (parameters) => [parsePostMessage(parameters).channelId],
};
