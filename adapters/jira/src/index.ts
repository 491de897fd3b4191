export { createJiraClient, type JiraClient, type JiraSettings } from './jira-client.ts';
export { createIssuePlanner, type CreateIssueSettings } from './create-issue-planner.ts';
export { createIssuePerformer } from './create-issue-performer.ts';
export * from './change-issues.ts';
