import { setTimeout as delay } from 'node:timers/promises';
import type { ActionPerformer, Effect, PerformContext, Reconciliation } from '@counterfoil/core';
import { createIssueDeclaration, parseCreateIssue } from './create-issue-declaration.ts';
import { documentOf } from './document.ts';
import type { JiraClient } from './jira-client.ts';
import { calling } from './jira-error.ts';

/** Labels hold no spaces; these make the tickets findable by JQL. */
const SOURCE_LABELS = ['AI-Generated', 'Requires-Human-Review'];

/** Jira's search shows a new ticket with a delay: nothing is called absent before these waits are over. */
const SEARCH_WAITS_MS = [0, 1_000, 3_000];

/** The executor's half. The idempotency key travels as a label, and is what a reconciling search looks for. */
export function createIssuePerformer(
  client: JiraClient,
  options: { readonly searchWaitsMs?: readonly number[] } = {},
): ActionPerformer {
  const waitsMs = options.searchWaitsMs ?? SEARCH_WAITS_MS;
  return {
    ...createIssueDeclaration,
    preconditions: async () => [],
    execute: async (parameters, context) => {
      const parsed = parseCreateIssue(parameters);
      // Jira has no idempotency key of its own: what this key has opened already is not opened again.
      const earlier = await searchOurs(client, context);
      if (earlier?.type === 'performed') return earlier.effect;
      const created = await calling('create issue', () =>
        client.issues.createIssue({
          fields: {
            project: { key: parsed.projectKey },
            issuetype: { name: parsed.issueType },
            summary: parsed.summary,
            description: documentOf(parsed.description),
            labels: [labelOf(context), ...SOURCE_LABELS],
            [parsed.sourceField]: parsed.source,
          },
        }),
      );
      return effectOf(created.key ?? '', created.id ?? '');
    },
    reconcile: async (_parameters, context) => {
      for (const waitMs of waitsMs) {
        await delay(waitMs);
        const found = await searchOurs(client, context);
        if (found) return found;
      }
      return { type: 'not_performed' };
    },
    verify: async (parameters, effect, context) => {
      const { summary } = parseCreateIssue(parameters);
      const issue = await calling('get issue', () =>
        client.issues.getIssue({ issueIdOrKey: effect.reference, fields: ['summary', 'labels'] }),
      );
      const fields = issue.fields as { readonly summary?: unknown } | undefined;
      const holds = fields?.summary === summary && hasLabel(fields, labelOf(context));
      return {
        status: holds ? 'confirmed' : 'not_confirmed',
        note: holds ? 'Jira shows the ticket.' : 'Jira shows no such ticket, or another text.',
        facts: { key: effect.reference },
      };
    },
  };
}

async function searchOurs(
  client: JiraClient,
  context: PerformContext,
): Promise<Reconciliation | undefined> {
  const answer = await calling('search issues', () =>
    client.issueSearch.searchAndReconsileIssuesUsingJqlPost({
      // The key consists of letters, digits, - and _ only, so it cannot end the quotes.
      jql: `labels = "${labelOf(context)}"`,
      fields: ['labels'],
      maxResults: 2,
    }),
  );
  // The answer is checked: a search that ignores letter case, or the query, must not make another ticket ours.
  const issues = (answer.issues ?? []).filter(({ fields }) => hasLabel(fields, labelOf(context)));
  if (issues.length > 1) {
    return { type: 'unknown', note: `${issues.length} tickets carry ${labelOf(context)}` };
  }
  const [issue] = issues;
  if (!issue?.key) return undefined;
  return { type: 'performed', effect: effectOf(issue.key, issue.id ?? '') };
}

function hasLabel(fields: unknown, label: string): boolean {
  const labels = (fields as { readonly labels?: unknown } | undefined)?.labels;
  return Array.isArray(labels) && labels.includes(label);
}

function labelOf({ idempotencyKey }: PerformContext): string {
  return `counterfoil-${idempotencyKey}`;
}

function effectOf(key: string, issueId: string): Effect {
  return { reference: key, facts: { key, issueId } };
}
