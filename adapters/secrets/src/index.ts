export { resolveSecret, type SecretContext } from './resolve-secret.ts';
export type { SecretsAwsSettings } from './aws-secrets.ts';
export type { SecretReference } from './secret-reference.ts';
