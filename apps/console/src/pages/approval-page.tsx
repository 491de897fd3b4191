import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { renderCard, visibleText, type Digest } from '@counterfoil/core';
import type { ApprovalDetail } from '@counterfoil/api';
import { approvalQuery, sessionQuery } from '../api/queries.ts';
import { ActionBadge } from '../parts/badge.tsx';
import { CardView } from '../parts/card-view.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { ProblemNote, LoadingNote } from '../parts/notes.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { ReviewForm } from '../parts/review-form.tsx';
import { ReviewList } from '../parts/review-list.tsx';
import { openBindingHere } from '../signing/open-binding.ts';
import { humanise } from '../text/names.ts';

/** One approval request: the card of the bytes that this browser has checked, and the way to sign. */
export function ApprovalPage({ digest }: { readonly digest: string }) {
  const query = useQuery(approvalQuery(digest));
  return (
    <>
      <p className="crumb">
        <Link to="/approvals">Approvals</Link> / <code>{digest.slice(7, 19)}</code>
      </p>
      <Loaded query={query}>{(detail) => <Request detail={detail} asked={digest} />}</Loaded>
    </>
  );
}

function Request({ detail, asked }: { readonly detail: ApprovalDetail; readonly asked: string }) {
  const { status } = detail.action;
  return (
    <>
      <PageTitle title="Approval request">
        <ActionBadge status={status} />
      </PageTitle>
      <p className="lead">
        Of case{' '}
        <Link to="/cases/$caseId" params={{ caseId: detail.caseId }}>
          <code>{detail.caseId}</code>
        </Link>
        . Needs {detail.request.requirement.quorum}{' '}
        {detail.request.requirement.quorum === 1 ? 'person' : 'distinct people'} with the role{' '}
        {detail.request.requirement.roles.join(' or ')}, by{' '}
        {detail.request.requirement.assurance === 'passkey' ? 'passkey' : 'a key or passkey'}.
      </p>
      <Outcome detail={detail} />
      <ReviewList reviews={detail.reviews} />
      <CheckedBytes detail={detail} asked={asked} />
      <details>
        <summary>The exact bytes that are signed</summary>
        <pre className="bytes">{detail.bindingText}</pre>
      </details>
    </>
  );
}

/** Shows the card, and the buttons, only for bytes whose digest this browser has computed itself. */
function CheckedBytes({
  detail,
  asked,
}: {
  readonly detail: ApprovalDetail;
  readonly asked: string;
}) {
  const session = useQuery(sessionQuery);
  const checked = useQuery({
    queryKey: ['binding', asked, detail.bindingText],
    queryFn: () => openBindingHere(detail.bindingText, asked as Digest),
    staleTime: Infinity,
    refetchInterval: false,
    retry: false,
  });
  if (checked.error) return <ProblemNote error={checked.error} />;
  if (!checked.data) return <LoadingNote />;
  const isOpen = detail.action.status === 'awaiting_approval';
  const request = { ...detail.request, digest: asked as Digest };
  return (
    <>
      <p className="checked">
        Checked in this browser: the SHA-256 of the bytes that are shown is the digest of this
        request.
      </p>
      <CardView card={renderCard(checked.data)} digest={asked}>
        {session.data ? (
          <ReviewForm request={request} session={session.data} isOpen={isOpen} />
        ) : null}
      </CardView>
    </>
  );
}

function Outcome({ detail }: { readonly detail: ApprovalDetail }) {
  const { resolution, refusal, effect, verification, reconciled } = detail.action;
  if (!resolution && !refusal && !effect) return null;
  return (
    <section>
      <h2>What came of it</h2>
      <dl className="facts">
        {resolution ? (
          <div>
            <dt>Resolution</dt>
            <dd>
              {humanise(resolution.type)}
              {resolution.type === 'approved' ? ` by ${resolution.by.join(', ')}` : null}
              {resolution.type === 'denied' ? ` by ${resolution.by}` : null}
            </dd>
          </div>
        ) : null}
        {refusal ? (
          <div>
            <dt>Refused</dt>
            <dd>
              {visibleText(refusal.reason)} <code>{refusal.code}</code>
            </dd>
          </div>
        ) : null}
        {effect ? (
          <div>
            <dt>Effect</dt>
            <dd>
              <code>{visibleText(effect.reference)}</code>
              {reconciled ? ' found done by a read after a crash' : null}
            </dd>
          </div>
        ) : null}
        {verification ? (
          <div>
            <dt>Verification</dt>
            <dd>
              {humanise(verification.status)}: {visibleText(verification.note)}
            </dd>
          </div>
        ) : null}
      </dl>
    </section>
  );
}
