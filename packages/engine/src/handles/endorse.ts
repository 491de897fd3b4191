import { InputError } from '@counterfoil/core';
import type { ExtractionSchema, Label } from '@counterfoil/core';

/** An endorsed value, its label, and how many bits of influence the text had on it. */
export interface Extracted {
  readonly value: string | number;
  readonly label: Label;
  readonly bits: number;
}

/** Bits that untrusted text and a model's choices may have on the control of one case. */
export const INFLUENCE_BITS_MAX = 32;

const DAY_MS = 86_400_000;

/**
 * Accepts what a reader without tools says that a text means, where it is a member of the schema's finite set; integrity 0
 * becomes 1. Null where it is not a member. Throws `InputError` where the set itself is empty or not finite.
 */
export function endorse(claim: unknown, schema: ExtractionSchema, label: Label): Extracted | null {
  const bits = bitsOf(domainSize(schema));
  if (!isMember(claim, schema)) return null;
  const integrity = label.integrity === 0 ? 1 : label.integrity;
  return { value: claim as string | number, label: { ...label, integrity }, bits };
}

/** Bits that one choice among so many takes; a choice among one takes none. */
export function bitsOf(choices: number): number {
  return choices <= 1 ? 0 : Math.ceil(Math.log2(choices));
}

function domainSize(schema: ExtractionSchema): number {
  const size = sizeOf(schema);
  if (Number.isSafeInteger(size) && size >= 1) return size;
  throw new InputError('EXTRACTION_UNBOUNDED', 'an extraction needs a finite set with a member', {
    remedy: 'give values, whole bounds, real days or ids',
  });
}

function sizeOf(schema: ExtractionSchema): number {
  switch (schema.type) {
    case 'enum':
      return new Set(schema.values).size;
    case 'integer':
      return Number.isSafeInteger(schema.min) ? schema.max - schema.min + 1 : Number.NaN;
    case 'date':
      return (dayOf(schema.toDate) - dayOf(schema.fromDate)) / DAY_MS + 1;
    case 'known_id':
      return new Set(schema.ids).size;
  }
}

function isMember(claim: unknown, schema: ExtractionSchema): boolean {
  switch (schema.type) {
    case 'enum':
      return typeof claim === 'string' && schema.values.includes(claim);
    case 'integer':
      return Number.isSafeInteger(claim) && within(claim as number, schema);
    case 'date':
      return (
        typeof claim === 'string' &&
        within(dayOf(claim), { min: dayOf(schema.fromDate), max: dayOf(schema.toDate) })
      );
    case 'known_id':
      return typeof claim === 'string' && schema.ids.includes(claim);
  }
}

function within(value: number, { min, max }: { readonly min: number; readonly max: number }) {
  return value >= min && value <= max;
}

/** NaN for anything but an ISO day that exists. */
function dayOf(text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text ? Number.NaN : ms;
}
