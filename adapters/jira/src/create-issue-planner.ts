import { InputError, type ActionPlanner, type Label } from '@counterfoil/core';
import { createIssueDeclaration, parseCreateIssue, SOURCE } from './create-issue-declaration.ts';

/** Where the agent may offer to open tickets. */
export interface CreateIssueSettings {
  readonly projectKey: string;
  readonly issueType: string;
  /** Id of the custom field that carries the source. */
  readonly sourceField: string;
}

/**
 * The agent's half: needs no credential, reads nothing. Project, issue type and source are the configured ones: they are
 * filled in where the parameters leave them out, and others are refused.
 */
export function createIssuePlanner(settings: CreateIssueSettings): ActionPlanner {
  const configured = {
    projectKey: settings.projectKey,
    issueType: settings.issueType,
    sourceField: settings.sourceField,
    source: SOURCE,
  } as const;
  return {
    ...createIssueDeclaration,
    examples: [{ ...createIssueDeclaration.examples[0], ...configured }],
    parse: (parameters) => {
      const parsed = parseCreateIssue(withDefaults(parameters, configured));
      const names = Object.keys(configured) as (keyof typeof configured)[];
      const other = names.find((name) => parsed[name] !== configured[name]);
      if (other === undefined) return parsed;
      throw new InputError('NOT_CONFIGURED', `${other} is not the configured one`, {
        remedy: `leave ${other} out, or change the configuration`,
      });
    },
    plan: async (parameters, { scopeAccounts: scopes }) => {
      const { projectKey, issueType, description } = parseCreateIssue(parameters);
      const set: Label = { integrity: 2, confidentiality: 1, scopes: [], sources: [] };
      // Written by our templates around values that tenants of the case's accounts may have typed.
      const written: Label = { ...set, integrity: 0, scopes };
      return {
        parameterLabels: {
          projectKey: set,
          issueType: set,
          summary: written,
          description: written,
          sourceField: set,
          source: set,
        },
        preconditions: [],
        preview: `Opens one ${issueType} with a summary and a description of ${[...description].length} characters in project ${projectKey}, marked "${SOURCE}".`,
        blastRadius: {
          targets: [projectKey],
          accounts: [],
          note: 'Everybody who may see the project sees the ticket; watchers are notified.',
        },
        undo: {
          reversibility: 'compensable',
          steps: ['Close the ticket; notifications that were sent stay sent.'],
        },
      };
    },
  };
}

function withDefaults(parameters: unknown, configured: object): unknown {
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) {
    return parameters;
  }
  return { ...configured, ...parameters };
}
