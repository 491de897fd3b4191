import { InputError } from './errors.ts';

/** Controls but the newline, formats (bidirectional, zero-width, tags), separators of lines, surrogates, private use. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u;

/** The fields of an untrusted object: exactly the given names, all of them; throws `InputError` naming the odd one. */
export function readFields<Name extends string>(
  value: unknown,
  names: readonly Name[],
): Readonly<Record<Name, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError('PARAMETERS_MALFORMED', 'the parameters are not an object', {
      remedy: `give an object with ${names.join(', ')}`,
    });
  }
  const given = Object.keys(value);
  const unknown = given.find((name) => !names.includes(name as Name));
  if (unknown !== undefined) {
    throw new InputError('FIELD_UNKNOWN', `the field "${unknown.slice(0, 40)}" is not known`, {
      remedy: `only ${names.join(', ')} are`,
    });
  }
  const missing = names.find((name) => !given.includes(name));
  if (missing !== undefined) {
    throw new InputError('FIELD_MISSING', `the field "${missing}" is missing`, {
      remedy: `give all of ${names.join(', ')}`,
    });
  }
  return value as Readonly<Record<Name, unknown>>;
}

/** Bounds of one text field. */
export interface TextBounds {
  readonly charactersMax: number;
  /** Whether newlines may stand in it. */
  readonly lines: 'one' | 'many';
}

/** A text that people can read as it is: not empty, within its bound, nothing invisible or reordering in it. */
export function readText(field: string, value: unknown, bounds: TextBounds): string {
  if (typeof value !== 'string' || value.trim() === '') {
    throw new InputError('FIELD_MALFORMED', `${field} is not a text, or empty`, {
      remedy: `give 1 to ${bounds.charactersMax} characters`,
    });
  }
  if ([...value].length > bounds.charactersMax) {
    throw new InputError(
      'FIELD_TOO_LONG',
      `${field} has more than ${bounds.charactersMax} characters`,
      { remedy: 'shorten it' },
    );
  }
  const visible = bounds.lines === 'many' ? value.replaceAll('\n', '') : value;
  if (INVISIBLE.test(visible)) {
    throw new InputError('TEXT_INVISIBLE', `${field} holds characters that people cannot see`, {
      remedy: 'sanitise it first; controls, direction marks and zero-width characters are refused',
    });
  }
  return value;
}

/** A text of a given form, such as an id; the form's remedy says what it looks like. */
export function readPattern(
  field: string,
  value: unknown,
  form: { readonly pattern: RegExp; readonly remedy: string },
): string {
  if (typeof value === 'string' && form.pattern.test(value)) return value;
  throw new InputError('FIELD_MALFORMED', `${field} does not have the form that it must have`, {
    remedy: form.remedy,
  });
}
