import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { InputError, PermissionError, PlatformError, UpstreamError } from '@counterfoil/core';

const PERMISSION = new Set([
  'access_denied',
  'account_inactive',
  'ekm_access_denied',
  'enterprise_is_restricted',
  'invalid_auth',
  'is_archived',
  'missing_scope',
  'no_permission',
  'not_allowed_token_type',
  'not_authed',
  'not_in_channel',
  'org_login_required',
  'restricted_action',
  'team_access_not_granted',
  'token_expired',
  'token_revoked',
]);

/** Slack failed, so it is open whether the call took effect. */
const OPEN = new Set([
  'fatal_error',
  'internal_error',
  'message_limit_exceeded',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);

/** Runs a call of the Web API and turns what the client throws into our classes; messages hold Slack's error code only. */
export async function calling<Answer>(method: string, run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    throw toPlatformError(error, method);
  }
}

function toPlatformError(error: unknown, method: string): PlatformError {
  if (error instanceof PlatformError) return error;
  const options = { cause: error, details: { method } };
  if (error instanceof WebAPIRateLimitedError) {
    return new UpstreamError('THROTTLED', `Slack asks to slow down ${method}`, {
      ...options,
      details: { method, retryAfterSeconds: error.retryAfter },
    });
  }
  if (error instanceof WebAPIPlatformError) return ofCode(error.data.error, method, options);
  if (error instanceof WebAPIHTTPError) {
    const { statusCode } = error;
    if (statusCode === 401 || statusCode === 403) {
      return new PermissionError(
        'SLACK_DENIED',
        `Slack denied ${method} (HTTP ${statusCode})`,
        options,
      );
    }
    return new UpstreamError(
      'UNAVAILABLE',
      `Slack answered ${method} with HTTP ${statusCode}`,
      options,
    );
  }
  return new UpstreamError('UNAVAILABLE', `Slack could not be reached for ${method}`, options);
}

function ofCode(
  code: string,
  method: string,
  options: { readonly cause: unknown; readonly details: { readonly method: string } },
): PlatformError {
  const message = `Slack refused ${method} (${code})`;
  if (code === 'ratelimited' || code === 'rate_limited') {
    return new UpstreamError('THROTTLED', `Slack asks to slow down ${method}`, options);
  }
  if (PERMISSION.has(code)) {
    return new PermissionError('SLACK_DENIED', message, {
      ...options,
      remedy: 'look at the token, its scopes and whether the app is in the channel',
    });
  }
  if (OPEN.has(code)) return new UpstreamError('UNAVAILABLE', message, options);
  return new InputError('SLACK_REFUSED', message, {
    ...options,
    remedy: 'look at the channel id and the text',
  });
}
