import { useState } from 'react';
import { visibleLines, visibleText, type CostElement } from '@counterfoil/core';
import { elementParts } from '../text/names.ts';

const SHORT_LENGTH = 12;
const FACT_LENGTH_MAX = 160;
const DIGEST = /^(sha256:)?[0-9a-f]{64}$/;

/** A digest or key id: its first digits, the whole on demand. */
export function DigestText({ digest }: { readonly digest: string }) {
  const [isWhole, setWhole] = useState(false);
  const hex = digest.replace(/^sha256:/, '');
  if (hex.length <= SHORT_LENGTH) return <code>{digest}</code>;
  return (
    <button
      type="button"
      className="digest"
      aria-expanded={isWhole}
      title={isWhole ? 'Show the first digits only' : 'Show the whole digest'}
      onClick={() => setWhole(!isWhole)}
    >
      <code>{isWhole ? digest : `${hex.slice(0, SHORT_LENGTH)}…`}</code>
    </button>
  );
}

/** Text that a tenant or a model may have typed: set apart, with nothing invisible in it. */
export function Quoted({ text }: { readonly text: string }) {
  const lines = visibleLines(text);
  return (
    <q className="quoted">
      {lines.map((line, index) => (
        <span key={index}>
          {index > 0 ? <br /> : null}
          {line}
        </span>
      ))}
    </q>
  );
}

/** The dimensions of a cost element, labelled. */
export function ElementList({ element }: { readonly element: CostElement }) {
  return (
    <dl className="facts">
      {elementParts(element).map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{visibleText(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Named plain values, as observations carry them. */
export function FactList({
  facts,
}: {
  readonly facts: { readonly [name: string]: string | number | boolean | null };
}) {
  const entries = Object.entries(facts);
  if (entries.length === 0) return null;
  const long = entries.filter(([, value]) => isLong(String(value)));
  const short = entries.filter((entry) => !long.includes(entry));
  return (
    <>
      <Facts entries={short} />
      {long.length === 0 ? null : (
        <details className="more">
          <summary>{long.length === 1 ? 'One long value' : `${long.length} long values`}</summary>
          <Facts entries={long} />
        </details>
      )}
    </>
  );
}

function Facts({
  entries,
}: {
  readonly entries: readonly (readonly [string, string | number | boolean | null])[];
}) {
  return (
    <dl className="facts facts-inline">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{visibleText(name)}</dt>
          <dd>
            <FactValue value={String(value)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function isLong(value: string): boolean {
  return value.length > FACT_LENGTH_MAX && !value.split(' ').every((part) => DIGEST.test(part));
}

/** One value, or several digests with a space between; a digest is shown short. */
function FactValue({ value }: { readonly value: string }) {
  const parts = value.split(' ');
  if (!parts.every((part) => DIGEST.test(part))) return visibleText(value);
  return parts.map((part) => (
    <span key={part}>
      <DigestText digest={part} />{' '}
    </span>
  ));
}
