import { useState, type FormEvent } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { KillEngaged, KillState } from '@counterfoil/core';
import type { SessionView } from '@counterfoil/api';
import { submit } from '../api/client.ts';
import { sessionQuery } from '../api/queries.ts';
import { signKillLift } from '../signing/sign.ts';
import type { Signer } from '../signing/signer.ts';
import { Time } from '../text/time.tsx';
import { ProblemNote } from './notes.tsx';
import { SignerChoice } from './signer-choice.tsx';

/** The role without which a lift does not hold; the guard checks it. */
const LIFTER_ROLE = 'kill-lifter';

/** Stops every effect with one click. There is nothing to confirm: stopping is always safe, and lifting needs a signature. */
export function KillButton({ kill }: { readonly kill: KillState | undefined }) {
  const client = useQueryClient();
  const engage = useMutation({
    mutationFn: () => submit<KillState>('/api/kill', { reason: 'engaged in the console' }),
    onSettled: () => client.invalidateQueries(sessionQuery),
  });
  if (kill?.status === 'engaged') {
    return <span className="kill-engaged">Stopped</span>;
  }
  return (
    <span className="kill">
      {engage.error ? <span role="alert">Not stopped: {engage.error.message}</span> : null}
      <button
        type="button"
        className="button-kill"
        disabled={engage.isPending}
        title="Stops every effect in all processes at once. Lifting it needs a signature."
        onClick={() => engage.mutate()}
      >
        {engage.isPending ? 'Stopping…' : 'Stop everything'}
      </button>
    </span>
  );
}

/** While a kill stands: what stopped everything, and the signed way out. */
export function KillBanner({ session }: { readonly session: SessionView }) {
  if (session.kill.status === 'off') return null;
  return (
    <section className="kill-banner" aria-label="Kill switch">
      <h2>Every effect is stopped</h2>
      <p>
        Reading and investigating go on. Nothing is posted, opened or changed until each kill below
        is lifted by the signature of a person with the role <code>{LIFTER_ROLE}</code>.
      </p>
      {session.kill.kills.map((kill) => (
        <LiftForm key={kill.killId} kill={kill} session={session} />
      ))}
    </section>
  );
}

function LiftForm({
  kill,
  session,
}: {
  readonly kill: KillEngaged;
  readonly session: SessionView;
}) {
  const client = useQueryClient();
  const [signer, setSigner] = useState<Signer | null>(null);
  const [comment, setComment] = useState('');
  const lift = useMutation({
    mutationFn: async (by: Signer) => {
      const statement = {
        v: 1 as const,
        killId: kill.killId,
        personId: by.person.personId,
        keyId: by.key.keyId,
        liftedAt: new Date().toISOString(),
        comment: comment.trim().normalize('NFC'),
      };
      const path = `/api/kill/${encodeURIComponent(kill.killId)}/lift`;
      return submit<KillState>(path, await signKillLift(statement, by));
    },
    onSettled: () => client.invalidateQueries(sessionQuery),
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (signer) lift.mutate(signer);
  };
  return (
    <form className="lift" onSubmit={onSubmit}>
      <p>
        Engaged by <strong>{kill.by}</strong>, <Time at={kill.at} seconds />: {kill.reason}
      </p>
      <SignerChoice
        session={session}
        chosen={signer}
        onChoose={setSigner}
        refusalOf={(candidate) =>
          candidate.person.roles.includes(LIFTER_ROLE) ? null : `needs the role ${LIFTER_ROLE}`
        }
      />
      <label className="field">
        <span>Why it may be lifted</span>
        <input
          value={comment}
          maxLength={500}
          required
          onChange={(event) => setComment(event.target.value)}
        />
      </label>
      <button type="submit" disabled={!signer || lift.isPending}>
        {lift.isPending ? 'Waiting for your key…' : 'Sign and lift'}
      </button>
      {lift.error ? <ProblemNote error={lift.error} /> : null}
    </form>
  );
}
