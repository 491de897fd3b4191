import { createCloudClient, type CloudClient } from 'jira.js/cloud';

/** How Jira Cloud is reached; the same shape as the executor's settings. */
export interface JiraSettings {
  /** Site address without the API's path, e.g. `https://example.atlassian.net`. */
  readonly host: string;
  readonly email: string;
  readonly apiToken: string;
}

/** The part of the client that we use. */
export type JiraClient = Pick<CloudClient, 'issues' | 'issueSearch'>;

/** The real client, without retries: a repeated creation is for the executor to decide. */
export function createJiraClient(settings: JiraSettings): JiraClient {
  const { host, email, apiToken } = settings;
  return createCloudClient({
    host,
    auth: { type: 'basic', email, apiToken },
    retry: { maxAttempts: 1 },
    // Answers are read field by field below; one that a newer Jira adds is no problem.
    onSchemaMismatch: 'silent',
  });
}
