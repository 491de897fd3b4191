import {
  InputError,
  readFields,
  readPattern,
  readText,
  type ActionDeclaration,
  type JsonObject,
} from '@counterfoil/core';

/** What stands in the mandatory source field of every ticket that this program opens. */
export const SOURCE = 'AI-Generated | Requires Human Review';

const SUMMARY_CHARACTERS_MAX = 255;
const DESCRIPTION_CHARACTERS_MAX = 20_000;
const PROJECT_KEY = /^[A-Z][A-Z0-9_]{1,9}$/;
const SOURCE_FIELD = /^customfield_\d{1,10}$/;

const FIELDS = [
  'projectKey',
  'issueType',
  'summary',
  'description',
  'sourceField',
  'source',
] as const;

/** Parameters of a ticket, after `parse`. */
export interface CreateIssueParameters extends JsonObject {
  readonly projectKey: string;
  readonly issueType: string;
  readonly summary: string;
  readonly description: string;
  /** Id of the custom field (text) that carries the source. */
  readonly sourceField: string;
  readonly source: typeof SOURCE;
}

/** Validates the parameters of a ticket; every field must be there, the source word for word. */
export function parseCreateIssue(parameters: unknown): CreateIssueParameters {
  const fields = readFields(parameters, FIELDS);
  if (fields.source !== SOURCE) {
    throw new InputError('SOURCE_REQUIRED', 'the source field does not hold the mandatory text', {
      remedy: `write "${SOURCE}"`,
    });
  }
  return {
    projectKey: readPattern('projectKey', fields.projectKey, {
      pattern: PROJECT_KEY,
      remedy: 'give the key of a project, such as FINOPS',
    }),
    issueType: readText('issueType', fields.issueType, { charactersMax: 60, lines: 'one' }),
    summary: readText('summary', fields.summary, {
      charactersMax: SUMMARY_CHARACTERS_MAX,
      lines: 'one',
    }),
    description: readText('description', fields.description, {
      charactersMax: DESCRIPTION_CHARACTERS_MAX,
      lines: 'many',
    }),
    sourceField: readPattern('sourceField', fields.sourceField, {
      pattern: SOURCE_FIELD,
      remedy: 'give the id of a custom field, such as customfield_10050',
    }),
    source: SOURCE,
  };
}

/** Opens one Jira ticket that says where it comes from. */
export const createIssueDeclaration: ActionDeclaration = {
  kind: 'jira.create_issue',
  title: 'Open a Jira ticket',
  parametersSchema: {
    type: 'object',
    additionalProperties: false,
    required: FIELDS,
    properties: {
      projectKey: { type: 'string', pattern: PROJECT_KEY.source },
      issueType: { type: 'string', minLength: 1, maxLength: 60 },
      summary: { type: 'string', minLength: 1, maxLength: SUMMARY_CHARACTERS_MAX },
      description: { type: 'string', minLength: 1, maxLength: DESCRIPTION_CHARACTERS_MAX },
      sourceField: { type: 'string', pattern: SOURCE_FIELD.source },
      source: { const: SOURCE },
    },
  },
  examples: [
    {
      projectKey: 'FINOPS',
      issueType: 'Task',
      summary: 'Forgotten GPU instances: 1,054.00 USD a day',
      description: 'Two p4d.24xlarge instances have run around the clock since 2026-09-28.',
      sourceField: 'customfield_10050',
      source: SOURCE,
    },
  ],
  permissions: ['read:jira-work', 'write:jira-work'],
  reversibility: 'compensable',
  class: 'ticket',
  targetsMax: 1,
  parse: parseCreateIssue,
  targets: (parameters) => [parseCreateIssue(parameters).projectKey],
};
