import { InputError, PermissionError, PlatformError, UpstreamError } from '@counterfoil/core';

const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthFailure',
  'Blocked',
  'OptInRequired',
  'PendingVerification',
  'UnauthorizedOperation',
]);

const CREDENTIAL = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'MissingAuthenticationToken',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'TokenRefreshRequired',
  'UnrecognizedClientException',
]);

const THROTTLED =
  /^(EC2Throttled|RequestLimitExceeded|RequestThrottled|SlowDown|Throttl|TooManyRequests)/;

/** AWS refused the request itself, so nothing was done. */
const REFUSED =
  /^(InvalidInstanceID\.|IncorrectInstanceState|InvalidParameter|MissingParameter|UnknownParameter|UnsupportedOperation|OperationNotPermitted|ValidationError|MalformedPolicyDocument|PackedPolicyTooLarge)/;

/** An error of the AWS SDK in our classes. The message names the call and AWS's code, never AWS's text, which tenants can write into. */
export function toPlatformError(error: unknown, call: string): PlatformError {
  if (error instanceof PlatformError) return error;
  const { name, status, requestId } = describe(error);
  const options = { cause: error, details: { call, name, status, requestId } };
  if (DENIED.has(name)) {
    return new PermissionError('IAM_DENIED', `AWS denied ${call} (${name})`, {
      ...options,
      remedy: `allow ${call} in the role and its trust, or act without it`,
    });
  }
  if (CREDENTIAL.has(name)) {
    return new PermissionError(
      'CREDENTIAL_REFUSED',
      `AWS did not accept the credentials of ${call} (${name})`,
      {
        ...options,
        remedy: 'renew the credentials, and compare the clock of this machine',
      },
    );
  }
  if (REFUSED.test(name)) {
    return new InputError('AWS_REFUSED', `AWS refused ${call} (${name})`, {
      ...options,
      remedy: 'look at the target: it is unknown, or in a state that does not allow this',
    });
  }
  if (THROTTLED.test(name)) {
    return new UpstreamError('THROTTLED', `AWS throttled ${call}`, options);
  }
  if (/Timeout|Abort/.test(name)) {
    return new UpstreamError('TIMEOUT', `AWS did not answer ${call} in time`, options);
  }
  return new UpstreamError('UNAVAILABLE', `${call} failed (${name})`, options);
}

/** Runs a call and turns what the SDK throws into our classes. */
export async function calling<Answer>(call: string, run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    throw toPlatformError(error, call);
  }
}

function describe(error: unknown): {
  readonly name: string;
  readonly status: number | null;
  readonly requestId: string | null;
} {
  if (!(error instanceof Error)) return { name: 'Unknown', status: null, requestId: null };
  const { name, code, $metadata } = error as Error & {
    readonly code?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  };
  // Of an error of the socket the code says more than the name: the SDK calls a reset connection a timeout too.
  const isSocketError = typeof code === 'string' && /^E[A-Z]+$/.test(code);
  const named = isSocketError && code !== 'ETIMEDOUT' ? code : name;
  return {
    name: named,
    status: $metadata?.httpStatusCode ?? null,
    requestId: $metadata?.requestId ?? null,
  };
}
