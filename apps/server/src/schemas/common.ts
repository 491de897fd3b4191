import { z } from '@hono/zod-openapi';

export const digestSchema = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 lower-case hex digits')
  .openapi({ example: `sha256:${'0'.repeat(64)}` });

const problemSchema = z
  .object({ code: z.string(), message: z.string(), remedy: z.string().nullable() })
  .openapi('Problem');

export const moneySchema = z
  .object({ amount: z.string(), currency: z.string() })
  .openapi('Money', { description: 'Exact decimal text with its ISO 4217 currency.' });

/** A JSON object whose inner shape is documented with the vocabulary, not here. */
export const jsonObjectSchema = z.record(z.string(), z.unknown());

/** Page of at most 100; `after` is the `next` of the page before. */
export const pageQuery = {
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
};

/** A page of items. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** The documented answers of a route: one success and the problems that it can answer with. */
export function answers<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  problems: { readonly [status: number]: string } = {},
) {
  return {
    200: json(schema, description),
    400: json(problemSchema, 'The request is malformed.'),
    421: json(problemSchema, 'The host name is not ours.'),
    ...Object.fromEntries(
      Object.entries(problems).map(([status, text]) => [status, json(problemSchema, text)]),
    ),
  };
}

/** A required JSON body. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { content: { 'application/json': { schema } }, required: true };
}
