import { PlatformError, type ChangeRecord, type ChangeRecords } from '@counterfoil/core';
import type { JiraClient } from './jira-client.ts';
import { calling } from './jira-error.ts';

/** Where change requests of Jira Service Management say what they cover; the custom fields are by id, `customfield_10050`. */
export interface JiraChangeSettings {
  /** Only issues of this project are change records. */
  readonly projectKey: string;
  /** Names of the statuses in which a change is approved and being carried out, e.g. `Implementing`. */
  readonly openStatuses: readonly string[];
  readonly fromField: string;
  readonly toField: string;
  /** Labels, or text separated by commas or spaces. */
  readonly accountsField: string;
  /** Without it a change covers every target in its accounts. */
  readonly targetsField?: string | undefined;
  /** A single choice of Low, Medium or Moderate, and High. */
  readonly riskField?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Change requests of Jira Service Management; one GET per reading, no retry inside. */
export function jiraChanges(
  client: Pick<JiraClient, 'issues'>,
  settings: JiraChangeSettings,
): ChangeRecords {
  const form = new RegExp(`^${settings.projectKey}-[1-9]\\d{0,9}$`);
  const { fromField, toField, accountsField, targetsField, riskField } = settings;
  const optional = [targetsField, riskField].filter((name) => name !== undefined);
  const fields = ['status', fromField, toField, accountsField, ...optional];
  return {
    async find(changeId) {
      if (!form.test(changeId)) return null;
      const issue = await orNull(() =>
        calling('getIssue', () => client.issues.getIssue({ issueIdOrKey: changeId, fields })),
      );
      // An issue that was moved answers to its old key as well; under that it is no record any more.
      if (!issue || issue.key !== changeId) return null;
      return recordOf(changeId, (issue.fields ?? {}) as Fields, settings);
    },
  };
}

/** Jira says 404 for what is not there, and for what the account may not see. */
async function orNull<Answer>(run: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof PlatformError && error.details['status'] === 404) return null;
    throw error;
  }
}

function recordOf(changeId: string, fields: Fields, settings: JiraChangeSettings): ChangeRecord {
  const { fromField, toField, accountsField, targetsField, riskField } = settings;
  const from = timeOf(fields[fromField]);
  const to = timeOf(fields[toField]);
  const statusText = nameOf(fields['status']);
  return {
    changeId,
    status: statusOf(fields['status'], settings.openStatuses),
    statusText,
    window: from !== null && to !== null ? { from, to } : null,
    accounts: listOf(fields[accountsField]),
    targets: targetsField === undefined ? null : listOf(fields[targetsField]),
    risk: riskField === undefined ? 'unknown' : riskOf(fields[riskField]),
  };
}

/** Open is only a status that the installation named; the category tells the rest apart. */
function statusOf(status: unknown, openStatuses: readonly string[]): ChangeRecord['status'] {
  const category = memberOf(memberOf(status, 'statusCategory'), 'key');
  if (category === 'done') return 'over';
  if (openStatuses.includes(nameOf(status))) return 'open';
  return category === 'new' ? 'not_approved' : 'not_yet_open';
}

function riskOf(choice: unknown): ChangeRecord['risk'] {
  const text = String(memberOf(choice, 'value') ?? '').toLowerCase();
  if (text === 'low' || text === 'high') return text;
  return text === 'medium' || text === 'moderate' ? 'moderate' : 'unknown';
}

function nameOf(value: unknown): string {
  const name = memberOf(value, 'name');
  return typeof name === 'string' ? name : '';
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Fields)[name] : undefined;
}

function listOf(value: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items
    .filter((item) => typeof item === 'string')
    .flatMap((item) => item.split(/[\s,;]+/))
    .filter((item) => item !== '');
}

/** Jira writes `2026-03-01T10:00:00.000+0000`; a day without a time is no time. */
function timeOf(value: unknown): string | null {
  if (typeof value !== 'string' || !value.includes('T')) return null;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
