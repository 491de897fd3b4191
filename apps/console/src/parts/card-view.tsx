import type { ReactNode } from 'react';
import { visibleLines, type Card, type CardField, type CardSection } from '@counterfoil/core';
import { Quoted } from './values.tsx';

/** Sections that stand on the stub; the rest is the cheque. */
const STUB_SECTIONS: ReadonlySet<CardSection['sectionId']> = new Set([
  'estimated_effect',
  'validity',
  'origin',
]);

/** The card of an action, rendered from its bound bytes. `children` stand on the stub: it is there that a reviewer signs. */
export function CardView({
  card,
  digest,
  children,
}: {
  readonly card: Card;
  readonly digest: string;
  readonly children?: ReactNode;
}) {
  const main = card.sections.filter(({ sectionId }) => !STUB_SECTIONS.has(sectionId));
  const stub = card.sections.filter(({ sectionId }) => STUB_SECTIONS.has(sectionId));
  return (
    <article className="cheque" aria-label={`Approval card: ${card.title}`}>
      <div className="cheque-main">
        <h2>{card.title}</h2>
        <p className="kind">
          <code>{card.kind}</code>
        </p>
        {main.map((section) => (
          <SectionView key={section.sectionId} section={section} />
        ))}
      </div>
      <div className="cheque-stub">
        <section>
          <h3>Digest</h3>
          <code className="digest-whole">{digest}</code>
        </section>
        {stub
          .filter(({ sectionId }) => sectionId !== 'origin')
          .map((section) => (
            <SectionView key={section.sectionId} section={section} />
          ))}
        {children}
        {stub
          .filter(({ sectionId }) => sectionId === 'origin')
          .map((section) => (
            <SectionView key={section.sectionId} section={section} />
          ))}
      </div>
    </article>
  );
}

function SectionView({ section }: { readonly section: CardSection }) {
  const [only] = section.fields;
  if (section.sectionId === 'preview' && only) {
    return (
      <section className="card-section card-preview">
        <h3>{section.heading}</h3>
        <FieldValue field={only} />
      </section>
    );
  }
  return (
    <section className={`card-section card-${section.sectionId}`}>
      <h3>{section.heading}</h3>
      {section.fields.length === 0 ? <p className="hint">none</p> : null}
      <dl className="card-fields">
        {section.fields.map((field, index) => (
          <div key={index} className={classOf(field)}>
            <dt>{field.label}</dt>
            <dd>
              <FieldValue field={field} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function classOf({ label, value }: CardField): string | undefined {
  if (label === 'Target') return 'card-target';
  return visibleLines(value).length > 1 ? 'card-text' : undefined;
}

function FieldValue({ field }: { readonly field: CardField }) {
  return field.origin === 'quoted' ? <Quoted text={field.value} /> : <span>{field.value}</span>;
}
