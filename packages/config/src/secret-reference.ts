import { z } from 'zod';

/** Where a secret is; never the secret itself. `json` picks one field of a secret that is a JSON object. */
export type SecretReference =
  | { readonly env: string }
  | { readonly file: string }
  | {
      readonly awsSecretsManager: string;
      readonly json?: string | undefined;
      readonly region?: string | undefined;
    }
  | { readonly awsSsm: string; readonly region?: string | undefined };

const FORMS = [
  z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/) }),
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({
    awsSecretsManager: z.string().min(1),
    json: z.string().min(1).optional(),
    region: z.string().min(1).optional(),
  }),
  z.strictObject({ awsSsm: z.string().min(1), region: z.string().min(1).optional() }),
] as const;

const HOW = 'write { env: NAME }, { file: PATH }, { awsSecretsManager: ID } or { awsSsm: NAME }';

/** Accepts a reference and refuses a literal, without ever repeating the refused value. */
export const secretReference = z.unknown().transform((value, context): SecretReference => {
  if (value === undefined || value === null) {
    context.addIssue({ code: 'custom', message: `a secret reference is missing: ${HOW}` });
    return z.NEVER;
  }
  if (typeof value !== 'object') {
    context.addIssue({ code: 'custom', message: `a secret must not stand in the file: ${HOW}` });
    return z.NEVER;
  }
  for (const form of FORMS) {
    const result = form.safeParse(value);
    if (result.success) return result.data;
  }
  context.addIssue({ code: 'custom', message: `this is not a secret reference: ${HOW}` });
  return z.NEVER;
});
