import { InputError } from '@counterfoil/core';
import { readAwsSecret, requireText, type SecretsAwsSettings } from './aws-secrets.ts';
import { readFileSecret } from './file-secret.ts';
import type { SecretReference } from './secret-reference.ts';

/** What resolving needs from outside; the environment is handed in, since only apps read it. */
export interface SecretContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly aws?: SecretsAwsSettings;
}

/**
 * The secret that a reference names. Errors name the reference and never the value; the value is not kept, so each call
 * reads it again.
 */
export async function resolveSecret(
  reference: SecretReference,
  context: SecretContext,
): Promise<string> {
  if ('env' in reference) return environmentSecret(reference, context);
  if ('file' in reference) return requireText(await readFileSecret(reference.file), reference);
  return await readAwsSecret(reference, context.aws ?? {});
}

function environmentSecret(
  reference: Extract<SecretReference, { readonly env: string }>,
  { environment }: SecretContext,
): string {
  const value = environment[reference.env];
  if (value === undefined) {
    throw new InputError('SECRET_UNKNOWN', `environment variable ${reference.env} is not set`, {
      remedy: `set ${reference.env} for this process`,
    });
  }
  return requireText(value, reference);
}
