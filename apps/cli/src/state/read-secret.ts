import { dirname, resolve } from 'node:path';
import type { SecretReference } from '@counterfoil/config';
import { resolveSecret } from '@counterfoil/secrets';
import type { CommandContext, LoadedConfiguration } from '../command-context.ts';

/** Reads one secret by its reference. */
export type ReadSecret = (reference: SecretReference) => Promise<string>;

/** Reads the secrets that a configuration refers to; file references are relative to the configuration's own folder. */
export function secretReader(
  { terminal, workingDirectory }: CommandContext,
  { configuration, file }: LoadedConfiguration,
): ReadSecret {
  const folder = file === null ? workingDirectory : dirname(file);
  const { aws } = configuration;
  const context = {
    environment: terminal.environment,
    ...(aws !== undefined && {
      aws: { region: aws.region, ...(aws.endpoint !== undefined && { endpoint: aws.endpoint }) },
    }),
  };
  return (reference) =>
    resolveSecret(
      'file' in reference ? { file: resolve(folder, reference.file) } : reference,
      context,
    );
}
