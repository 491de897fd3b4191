/**
 * What opens the stand-ins. These are not secrets: the stand-ins hold made-up data, listen on the loopback only, and
 * the values stand in every copy of this program. They exist so that the real clients present something and a missing
 * or wrong credential is noticed.
 */
export const DEMO_ACCESS = {
  /** Header `x-world-token` of the routes under /admin. */
  adminToken: 'demo-world-admin',
  aws: {
    agent: { accessKeyId: 'DEMOAGENTKEY', secretAccessKey: 'demo-agent-signing-key' },
    executor: { accessKeyId: 'DEMOEXECUTORKEY', secretAccessKey: 'demo-executor-signing-key' },
    readRoleArn: 'arn:aws:iam::{account}:role/counterfoil-read',
    writeRoleArn: 'arn:aws:iam::{account}:role/counterfoil-write',
  },
  slack: { token: 'demo-slack-token', channelId: 'C0FINOPS' },
  jira: {
    email: 'counterfoil@example.com',
    apiToken: 'demo-jira-token',
    projectKey: 'FINOPS',
    issueType: 'Task',
    sourceField: 'customfield_10050',
  },
} as const;
