import type { ReactNode } from 'react';
import { describeFailure } from '../api/client.ts';

/** A failure with its code and what to do about it. */
export function ProblemNote({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: () => void;
}) {
  const { code, message, remedy } = describeFailure(error);
  return (
    <div className="note note-bad" role="alert">
      <p>
        <strong>{message}</strong>
      </p>
      {remedy === null ? null : <p>{remedy}</p>}
      <p className="note-foot">
        <code>{code}</code>
        {onRetry ? (
          <button type="button" className="button-quiet" onClick={onRetry}>
            Try again
          </button>
        ) : null}
      </p>
    </div>
  );
}

/** What an empty list means, and what would fill it. */
export function EmptyNote({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="note note-empty">
      <p>
        <strong>{title}</strong>
      </p>
      <p>{children}</p>
    </div>
  );
}

/** Shown while the first answer is on its way. */
export function LoadingNote() {
  return (
    <div className="loading" role="status">
      <span className="loading-bar" aria-hidden="true" />
      <span className="loading-bar" aria-hidden="true" />
      <span className="loading-bar" aria-hidden="true" />
      <span className="visually-hidden">Loading</span>
    </div>
  );
}
