import { visibleText, type Observation } from '@counterfoil/core';
import type { Tone } from '../text/names.ts';
import { Badge } from './badge.tsx';
import { FactList } from './values.tsx';

const STATUS_LABELS: Readonly<
  Record<Observation['status'], { readonly text: string; readonly tone: Tone }>
> = {
  answered: { text: 'Answered', tone: 'good' },
  no_data: { text: 'No data', tone: 'neutral' },
  failed: { text: 'Failed', tone: 'bad' },
  truncated: { text: 'Truncated', tone: 'attention' },
};

/** Every read of the investigation: what was asked, what came back, and how to get the same figures again. */
export function ObservationList({
  observations,
}: {
  readonly observations: readonly Observation[];
}) {
  if (observations.length === 0) return <p className="muted">Nothing has been read yet.</p>;
  return (
    <ol className="observations">
      {observations.map((observation) => {
        const { text, tone } = STATUS_LABELS[observation.status];
        return (
          <li key={observation.observationId} id={observation.observationId}>
            <p className="observation-head">
              <code>{observation.observationId}</code> <strong>{observation.tool}</strong>{' '}
              <Badge tone={tone}>{text}</Badge>
            </p>
            <p className="question">{visibleText(observation.question)}</p>
            <p>{visibleText(observation.finding)}</p>
            <FactList facts={observation.facts} />
            <p className="sources">
              Source <code>{visibleText(observation.source)}</code>
            </p>
          </li>
        );
      })}
    </ol>
  );
}
