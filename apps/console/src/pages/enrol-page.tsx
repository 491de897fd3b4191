import { use } from 'react';
import { Link } from '@tanstack/react-router';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SessionView } from '@counterfoil/api';
import { sessionQuery } from '../api/queries.ts';
import { Loaded } from '../parts/loaded.tsx';
import { EmptyNote, LoadingNote, ProblemNote } from '../parts/notes.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { EnrolmentSeedContext } from '../signing/enrolment-seed-context.ts';
import {
  enrolBrowserKey,
  enrolPasskey,
  openInvitation,
  type Invitation,
} from '../signing/enrol.ts';
import { Time } from '../text/time.tsx';

/** Gives this browser a key of the person whose enrolment link was opened. */
export function EnrolPage() {
  const seed = use(EnrolmentSeedContext);
  const session = useQuery(sessionQuery);
  return (
    <>
      <PageTitle
        title="Enrol this browser"
        lead="A key made here signs your reviews. The server sees the public half only and cannot sign for you."
      />
      {seed === null ? (
        <EmptyNote title="This page needs an enrolment link">
          Open the link that <code>counterfoil up</code> printed; it names you and can be used until
          it expires.
        </EmptyNote>
      ) : (
        <Loaded query={session}>
          {(data) => <Invited key={data.people.length} seed={seed} session={data} />}
        </Loaded>
      )}
    </>
  );
}

function Invited({ seed, session }: { readonly seed: string; readonly session: SessionView }) {
  const invitation = useQuery({
    queryKey: ['invitation', session.people.length],
    queryFn: () => openInvitation(seed, session),
    refetchInterval: false,
    retry: false,
  });
  if (invitation.error) return <ProblemNote error={invitation.error} />;
  if (!invitation.data) return <LoadingNote />;
  return <Choice invitation={invitation.data} session={session} />;
}

function Choice({
  invitation,
  session,
}: {
  readonly invitation: Invitation;
  readonly session: SessionView;
}) {
  const client = useQueryClient();
  const enrol = useMutation({
    mutationFn: (way: 'passkey' | 'browser') =>
      way === 'passkey' ? enrolPasskey(invitation) : enrolBrowserKey(invitation),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries(sessionQuery),
        client.invalidateQueries({ queryKey: ['browser-keys'] }),
      ]),
  });
  if (enrol.isSuccess) return <Enrolled keyId={enrol.data.keyId} />;
  const { person, enrolmentKey } = invitation;
  return (
    <section className="panel">
      <h2>{person.displayName}</h2>
      <dl className="facts">
        <div>
          <dt>Person</dt>
          <dd>{person.personId}</dd>
        </div>
        <div>
          <dt>Roles</dt>
          <dd>{person.roles.join(', ')}</dd>
        </div>
        <div>
          <dt>Link expires</dt>
          <dd>
            <Time at={enrolmentKey.expiresAt} />
          </dd>
        </div>
      </dl>
      <div className="verdicts">
        <button
          type="button"
          className="button-approve"
          disabled={enrol.isPending}
          onClick={() => enrol.mutate('passkey')}
        >
          Make a passkey
        </button>
        {session.mode === 'demo' ? (
          <button type="button" disabled={enrol.isPending} onClick={() => enrol.mutate('browser')}>
            Make a key in this browser
          </button>
        ) : null}
        {enrol.isPending ? <span role="status">Waiting for your device…</span> : null}
      </div>
      {session.mode === 'demo' ? (
        <p className="hint enrol-hint">
          A passkey proves that you were there. A key of this browser is for the demonstration: it
          cannot be copied, but whoever uses this browser can sign with it.
        </p>
      ) : null}
      {enrol.error ? <ProblemNote error={enrol.error} /> : null}
    </section>
  );
}

function Enrolled({ keyId }: { readonly keyId: string }) {
  return (
    <div className="note note-good" role="status">
      <p>
        <strong>This browser can sign now.</strong>
      </p>
      <p>
        Your key is <code>{keyId}</code>. <Link to="/approvals">See what waits for you</Link>
      </p>
    </div>
  );
}
