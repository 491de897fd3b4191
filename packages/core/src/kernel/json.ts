/** A value that JSON can carry. Numbers must be finite; money never travels as a number. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object, the shape of every payload that is journaled or logged. */
export type JsonObject = { readonly [key: string]: Json };
