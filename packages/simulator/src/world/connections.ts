import { DEMO_ACCESS } from './access.ts';

/** How the product's processes reach the stand-ins; shaped as their settings are. `worldUrl` has no slash at its end. */
export function demoConnections(worldUrl: string) {
  const { aws, slack, jira } = DEMO_ACCESS;
  const session = { endpoint: `${worldUrl}/aws`, region: 'us-east-1' };
  return {
    /** The agent's: can assume the read role of every account, and nothing else. */
    readSession: { ...session, roleArn: aws.readRoleArn, credentials: aws.agent },
    /** The executor's: can assume the write role too. */
    writeSession: { ...session, roleArn: aws.writeRoleArn, credentials: aws.executor },
    slack: {
      channelId: slack.channelId,
      access: { token: slack.token, apiUrl: `${worldUrl}/slack/api/` },
    },
    jira: {
      ticket: {
        projectKey: jira.projectKey,
        issueType: jira.issueType,
        sourceField: jira.sourceField,
      },
      access: { host: `${worldUrl}/jira`, email: jira.email, apiToken: jira.apiToken },
    },
  };
}
