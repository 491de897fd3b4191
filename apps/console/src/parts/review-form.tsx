import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApprovalRequest, ReviewStatement } from '@counterfoil/core';
import type { ReviewReceipt, SessionView } from '@counterfoil/api';
import { submit } from '../api/client.ts';
import { signReview } from '../signing/sign.ts';
import { eligibility, type Signer } from '../signing/signer.ts';
import { ProblemNote } from './notes.tsx';
import { SignerChoice } from './signer-choice.tsx';

const COMMENT_LENGTH_MAX = 1000;

/**
 * Approve or deny by signature over the digest that this page has recomputed. The receipt stays in view whatever the
 * executor has made of the request meanwhile.
 */
export function ReviewForm({
  request,
  session,
  isOpen,
}: {
  readonly request: ApprovalRequest;
  readonly session: SessionView;
  readonly isOpen: boolean;
}) {
  const [signer, setSigner] = useState<Signer | null>(null);
  const [comment, setComment] = useState('');
  const review = useReview(request);
  const isDenialReady = comment.trim().length > 0;
  const send = (verdict: ReviewStatement['verdict']) => {
    if (signer) review.mutate({ verdict, signer, comment });
  };
  if (review.isSuccess) return <SentNote verdict={review.variables.verdict} />;
  if (!isOpen && !review.isPending && !review.error) return null;
  return (
    <section className="review" aria-label="Your review">
      <h3>Your review</h3>
      <SignerChoice
        session={session}
        chosen={signer}
        onChoose={setSigner}
        refusalOf={(candidate) => eligibility(request, candidate).reason}
      />
      <label className="field">
        <span>Comment, signed with your verdict (a denial needs one)</span>
        <textarea
          rows={2}
          value={comment}
          maxLength={COMMENT_LENGTH_MAX}
          onChange={(event) => setComment(event.target.value)}
        />
      </label>
      <div className="verdicts">
        <button
          type="button"
          className="button-approve"
          disabled={!signer || review.isPending}
          onClick={() => send('approve')}
        >
          Approve and sign
        </button>
        <button
          type="button"
          className="button-deny"
          disabled={!signer || review.isPending || !isDenialReady}
          onClick={() => send('deny')}
        >
          Deny and sign
        </button>
        {review.isPending ? <span role="status">Waiting for your key…</span> : null}
      </div>
      {review.error ? <ProblemNote error={review.error} /> : null}
    </section>
  );
}

interface Answer {
  readonly verdict: ReviewStatement['verdict'];
  readonly signer: Signer;
  readonly comment: string;
}

function useReview(request: ApprovalRequest) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ verdict, signer, comment }: Answer) => {
      const statement: ReviewStatement = {
        v: 1,
        digest: request.digest,
        verdict,
        personId: signer.person.personId,
        keyId: signer.key.keyId,
        reviewedAt: new Date().toISOString(),
        comment: comment.trim().normalize('NFC'),
      };
      const path = `/api/approvals/${encodeURIComponent(request.digest)}/reviews`;
      return submit<ReviewReceipt>(path, await signReview(statement, signer));
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['approvals'] }),
  });
}

function SentNote({ verdict }: { readonly verdict: ReviewStatement['verdict'] }) {
  return (
    <div className="note note-good" role="status">
      <p>
        <strong>Your {verdict === 'approve' ? 'approval' : 'denial'} is recorded.</strong>
      </p>
      <p>
        The executor checks your signature itself before anything happens; this page shows what it
        decides.
      </p>
    </div>
  );
}
