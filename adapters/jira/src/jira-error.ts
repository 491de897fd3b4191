import { isApiError } from 'jira.js/core';
import { InputError, PermissionError, PlatformError, UpstreamError } from '@counterfoil/core';

const TIMEOUT_MS = 15_000;

/**
 * Runs a call of Jira within a time limit (the client has none of its own; a call that comes back later is found by
 * reconciling) and turns what it throws into our classes. Messages hold statuses and field ids, never Jira's text.
 */
export async function calling<Answer>(
  call: string,
  run: () => Promise<Answer>,
  timeoutMs: number = TIMEOUT_MS,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new UpstreamError('TIMEOUT', `Jira did not answer ${call} in ${timeoutMs} ms`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([run(), late]);
  } catch (error) {
    throw toPlatformError(error, call);
  } finally {
    clearTimeout(timer);
  }
}

function toPlatformError(error: unknown, call: string): PlatformError {
  if (error instanceof PlatformError) return error;
  if (!isApiError(error)) {
    return new UpstreamError('UNAVAILABLE', `Jira could not be reached for ${call}`, {
      cause: error,
    });
  }
  const { status } = error;
  const options = { cause: error, details: { call, status } };
  if (status === 401 || status === 403) {
    return new PermissionError('JIRA_DENIED', `Jira denied ${call} (HTTP ${status})`, {
      ...options,
      remedy: 'look at the API token and what its account may do in the project',
    });
  }
  if (status === 429)
    return new UpstreamError('THROTTLED', `Jira asks to slow down ${call}`, options);
  if (status >= 500) {
    return new UpstreamError('UNAVAILABLE', `Jira answered ${call} with HTTP ${status}`, options);
  }
  const fields = fieldsAtFault(error.body);
  return new InputError(
    'JIRA_REFUSED',
    `Jira refused ${call} (HTTP ${status}${fields ? `, fields ${fields}` : ''})`,
    { ...options, remedy: 'look at the project key, the issue type and the required fields' },
  );
}

/** Ids of the fields that Jira complains about, such as `customfield_10050`. */
function fieldsAtFault(body: unknown): string {
  const errors = (body as { readonly errors?: unknown } | null)?.errors;
  if (typeof errors !== 'object' || errors === null) return '';
  return Object.keys(errors)
    .filter((field) => /^\w{1,40}$/.test(field))
    .slice(0, 5)
    .join(', ');
}
