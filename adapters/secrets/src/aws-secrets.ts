import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { InputError, PermissionError, UpstreamError, type PlatformError } from '@counterfoil/core';
import { describeReference, type SecretReference } from './secret-reference.ts';

const ATTEMPTS_MAX = 3;
const TIMEOUT_MS = 10_000;
const CONNECTION_TIMEOUT_MS = 3_000;

/** How AWS is reached for secrets; without credentials the ambient ones are used. */
export interface SecretsAwsSettings {
  /** Only for stand-ins and tests. */
  readonly endpoint?: string | undefined;
  /** For references that name no Region of their own. */
  readonly region?: string | undefined;
  readonly credentials?:
    { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

export type AwsSecretReference = Extract<
  SecretReference,
  { readonly awsSecretsManager: string } | { readonly awsSsm: string }
>;

/** Reads a secret from Secrets Manager or the SSM Parameter Store; the text that it holds, or of the named JSON field. */
export async function readAwsSecret(
  reference: AwsSecretReference,
  settings: SecretsAwsSettings,
): Promise<string> {
  const options = clientOptions(reference, settings);
  try {
    if ('awsSsm' in reference) {
      return await readParameter(new SSMClient(options), reference);
    }
    return await readSecret(new SecretsManagerClient(options), reference);
  } catch (error) {
    throw toPlatformError(error, reference);
  }
}

async function readParameter(
  client: SSMClient,
  reference: Extract<AwsSecretReference, { readonly awsSsm: string }>,
): Promise<string> {
  try {
    const command = new GetParameterCommand({ Name: reference.awsSsm, WithDecryption: true });
    const { Parameter } = await client.send(command);
    return requireText(Parameter?.Value, reference);
  } finally {
    client.destroy();
  }
}

async function readSecret(
  client: SecretsManagerClient,
  reference: Extract<AwsSecretReference, { readonly awsSecretsManager: string }>,
): Promise<string> {
  try {
    const command = new GetSecretValueCommand({ SecretId: reference.awsSecretsManager });
    const text = requireText((await client.send(command)).SecretString, reference);
    return reference.json === undefined ? text : jsonField(text, reference.json, reference);
  } finally {
    client.destroy();
  }
}

function jsonField(text: string, field: string, reference: SecretReference): string {
  let value: unknown;
  try {
    const parsed: unknown = JSON.parse(text);
    value = Object.entries(parsed ?? {}).find(([name]) => name === field)?.[1];
  } catch {
    // The error of the parser would repeat the secret, so it is dropped.
    throw new InputError('SECRET_MALFORMED', `${describeReference(reference)}: it is not JSON`, {
      remedy: 'leave json out, or store a JSON object',
    });
  }
  return requireText(value, reference);
}

/** The text itself; `InputError` where there is none. */
export function requireText(value: unknown, reference: SecretReference): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new InputError('SECRET_EMPTY', `${describeReference(reference)} holds no text`, {
    remedy: 'store the secret as text, and name the field where it is one of several',
  });
}

function clientOptions(reference: AwsSecretReference, settings: SecretsAwsSettings) {
  const region = reference.region ?? settings.region;
  return {
    maxAttempts: ATTEMPTS_MAX,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
    ...(region !== undefined && { region }),
    ...(settings.endpoint !== undefined && { endpoint: settings.endpoint }),
    ...(settings.credentials && { credentials: settings.credentials }),
  };
}

function toPlatformError(error: unknown, reference: SecretReference): PlatformError {
  if (error instanceof InputError) return error;
  const name = error instanceof Error ? error.name : 'unknown';
  const place = describeReference(reference);
  // The cause is not kept: what AWS and the SDK attach to it is not ours to promise free of secrets.
  if (/NotFound|ParameterVersion/.test(name)) {
    return new InputError('SECRET_UNKNOWN', `${place} does not exist`, {
      remedy: 'compare its name, the account and the Region',
    });
  }
  if (
    /AccessDenied|Unauthorized|UnrecognizedClient|Expired|Credentials|InvalidSignature|KMSAccess/.test(
      name,
    )
  ) {
    return new PermissionError('SECRET_DENIED', `${place} may not be read (${name})`, {
      remedy:
        'ask for secretsmanager:GetSecretValue or ssm:GetParameter, and kms:Decrypt of its key',
    });
  }
  if (/Region is missing/.test(error instanceof Error ? error.message : '')) {
    return new InputError('REGION_MISSING', `${place}: no Region is set`, {
      remedy: 'write region beside the reference, or set AWS_REGION',
    });
  }
  return new UpstreamError('UNAVAILABLE', `${place} could not be read (${name})`, {
    remedy: 'try again; if it stays, look at the network and at AWS',
  });
}
