import { isDeepStrictEqual } from 'node:util';
import type { PolicyBundle } from '@counterfoil/guard';
import { ATTRIBUTES, type Attribute, type AttributeValue } from './attributes.ts';

/** For each attribute the values at which the answer may change: those that policies name, both sides of each threshold. */
export type Domain = ReadonlyMap<Attribute, readonly AttributeValue[]>;

/** Reads the domain off bundles' own texts, so that a new threshold is asked about without anybody listing it. */
export function domainOf(bundles: readonly Pick<PolicyBundle, 'policies'>[]): Domain {
  const texts = bundles.flatMap(({ policies }) => policies.map(({ text }) => text));
  return new Map(
    ATTRIBUTES.map(({ attribute, values }) => [
      attribute,
      distinct([...values, ...texts.flatMap((text) => namedIn(text, attribute))]),
    ]),
  );
}

function namedIn(text: string, attribute: Attribute): readonly AttributeValue[] {
  const name = `(?:context|principal|resource)\\.${attribute}\\b`;
  const numbers = matches(text, `${name}\\s*(?:[<>]=?|[!=]=)\\s*(\\d+)`).map(Number);
  const texts = matches(text, `${name}\\s*[!=]=\\s*"([^"]*)"`);
  const listed = matches(text, `\\[([^\\]]*)\\]\\s*\\.\\s*contains\\(\\s*${name}`).flatMap((list) =>
    matches(list, '"([^"]*)"'),
  );
  return [
    ...numbers.flatMap((number) => [number - 1, number, number + 1].filter((each) => each >= 0)),
    ...texts,
    ...listed,
  ];
}

function matches(text: string, pattern: string): readonly string[] {
  return [...text.matchAll(new RegExp(pattern, 'g'))].map(([, found = '']) => found);
}

function distinct(values: readonly AttributeValue[]): readonly AttributeValue[] {
  return values.filter(
    (value, index) => values.findIndex((other) => isDeepStrictEqual(other, value)) === index,
  );
}
