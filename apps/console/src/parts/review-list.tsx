import type { ReviewView } from '@counterfoil/api';
import { Time } from '../text/time.tsx';
import { Badge } from './badge.tsx';
import { Quoted } from './values.tsx';

/** Reviews recorded so far; which of them counted is for the executor to say. */
export function ReviewList({ reviews }: { readonly reviews: readonly ReviewView[] }) {
  if (reviews.length === 0) return null;
  return (
    <section>
      <h2>Reviews</h2>
      <ul className="reviews">
        {reviews.map(({ review, recordedAt }) => (
          <li key={review.signature}>
            <Badge tone={review.statement.verdict === 'approve' ? 'good' : 'neutral'}>
              {review.statement.verdict === 'approve' ? 'Approves' : 'Denies'}
            </Badge>{' '}
            <strong>{review.statement.personId}</strong>, by{' '}
            {review.type === 'passkey' ? 'passkey' : 'key'} <code>{review.statement.keyId}</code>,{' '}
            <Time at={recordedAt} seconds />
            {review.statement.comment === '' ? null : (
              <p>
                <Quoted text={review.statement.comment} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
