/** Where a secret is; never the secret itself. The same forms as the configuration's. */
export type SecretReference =
  | { readonly env: string }
  | { readonly file: string }
  | {
      readonly awsSecretsManager: string;
      /** Field of a secret that is a JSON object. */
      readonly json?: string | undefined;
      readonly region?: string | undefined;
    }
  | { readonly awsSsm: string; readonly region?: string | undefined };

/** The reference in words; it names the place and holds no secret. */
export function describeReference(reference: SecretReference): string {
  if ('env' in reference) return `environment variable ${reference.env}`;
  if ('file' in reference) return `file ${reference.file}`;
  if ('awsSsm' in reference) return `SSM parameter ${reference.awsSsm}`;
  const field = reference.json === undefined ? '' : `, field ${reference.json}`;
  return `Secrets Manager secret ${reference.awsSecretsManager}${field}`;
}
