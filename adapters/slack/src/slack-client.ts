import { LogLevel, WebClient } from '@slack/web-api';

const TIMEOUT_MS = 15_000;

/** How Slack is reached; the same shape as the executor's settings. */
export interface SlackSettings {
  readonly token: string;
  /** Ends with `/api/`. Only for stand-ins and tests; absent for Slack itself. */
  readonly apiUrl?: string | undefined;
}

/** The real client, without its own retries: a repeated post is for the executor to decide. */
export function createSlackClient(settings: SlackSettings): WebClient {
  return new WebClient(settings.token, {
    ...(settings.apiUrl !== undefined && { slackApiUrl: settings.apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: TIMEOUT_MS,
    allowAbsoluteUrls: false,
    logLevel: LogLevel.ERROR,
  });
}
