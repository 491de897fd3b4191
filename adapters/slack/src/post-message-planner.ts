import { InputError, type ActionPlanner, type Label } from '@counterfoil/core';
import {
  parsePostMessage,
  postMessageDeclaration,
  readChannelId,
} from './post-message-declaration.ts';

/** Where the agent may offer to post. */
export interface PostMessageSettings {
  readonly channelId: string;
}

/**
 * The agent's half: needs no credential, reads nothing. The channel is the configured one: it is filled in where the
 * parameters leave it out, and another is refused.
 */
export function postMessagePlanner(settings: PostMessageSettings): ActionPlanner {
  const channelId = readChannelId(settings.channelId);
  return {
    ...postMessageDeclaration,
    examples: [{ ...postMessageDeclaration.examples[0], channelId }],
    parse: (parameters) => {
      const parsed = parsePostMessage(withDefault(parameters, channelId));
      if (parsed.channelId === channelId) return parsed;
      throw new InputError('CHANNEL_NOT_CONFIGURED', 'the channel is not the configured one', {
        remedy: 'leave channelId out, or change the configuration',
      });
    },
    plan: async (parameters, { scopeAccounts: scopes }) => {
      const { body } = parsePostMessage(parameters);
      // Written by our templates around values that tenants of the case's accounts may have typed.
      const written: Label = { integrity: 0, confidentiality: 1, scopes, sources: [] };
      return {
        parameterLabels: {
          channelId: { integrity: 2, confidentiality: 1, scopes: [], sources: [] },
          title: written,
          body: written,
        },
        preconditions: [],
        preview: `Posts a title and a text of ${[...body].length} characters to channel ${channelId}, as plain text without links, mentions or formatting.`,
        blastRadius: {
          targets: [channelId],
          accounts: [],
          note: 'Everybody in the channel sees the message.',
        },
        undo: {
          reversibility: 'compensable',
          steps: ['Delete the message in Slack; who has read it keeps what they read.'],
        },
      };
    },
  };
}

function withDefault(parameters: unknown, channelId: string): unknown {
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) {
    return parameters;
  }
  return { channelId, ...parameters };
}
