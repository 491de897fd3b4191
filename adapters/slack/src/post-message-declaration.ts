import {
  readFields,
  readPattern,
  readText,
  type ActionDeclaration,
  type JsonObject,
} from '@counterfoil/core';

const CHARACTERS_MAX = 3_500;
const CHANNEL_ID = /^[CGD][A-Z0-9]{2,20}$/;

/** Parameters of a post, after `parse`. */
export interface PostMessageParameters extends JsonObject {
  readonly channelId: string;
  readonly text: string;
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
  const fields = readFields(parameters, ['channelId', 'text']);
  return {
    channelId: readChannelId(fields.channelId),
    text: readText('text', fields.text, { charactersMax: CHARACTERS_MAX, lines: 'many' }),
  };
}

/** Posts one message of plain text to a Slack channel. */
export const postMessageDeclaration: ActionDeclaration = {
  kind: 'slack.post_message',
  title: 'Post a Slack message',
  parametersSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['channelId', 'text'],
    properties: {
      channelId: { type: 'string', pattern: CHANNEL_ID.source },
      text: { type: 'string', minLength: 1, maxLength: CHARACTERS_MAX },
    },
  },
  examples: [
    { channelId: 'C0123ABCD', text: 'Two instances without an owner cost 1,054.00 USD a day.' },
  ],
  permissions: ['chat:write', 'channels:history'],
  reversibility: 'compensable',
  class: 'message',
  targetsMax: 1,
  parse: parsePostMessage,
  targets: (parameters) => [parsePostMessage(parameters).channelId],
};
