import { useEffect, useId } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { SessionView } from '@counterfoil/api';
import { listBrowserKeys } from '../signing/browser-keys.ts';
import { lastSignerKeyId, rememberSignerKeyId } from '../signing/last-signer.ts';
import { signersOf, type Signer } from '../signing/signer.ts';

/** Lets a person choose the key to sign with; remembers the last choice of this browser. */
export function SignerChoice({
  session,
  chosen,
  onChoose,
  refusalOf,
}: {
  readonly session: SessionView;
  readonly chosen: Signer | null;
  readonly onChoose: (signer: Signer | null) => void;
  /** Why a signer's signature would not count; null when it would. */
  readonly refusalOf: (signer: Signer) => string | null;
}) {
  const id = useId();
  const held = useQuery({ queryKey: ['browser-keys'], queryFn: listBrowserKeys });
  const signers = signersOf(session, held.data ?? []);
  const usable = signers.filter((signer) => refusalOf(signer) === null);
  useEffect(() => {
    if (held.isPending) return;
    const isGone = chosen === null || !usable.some(({ key }) => key.keyId === chosen.key.keyId);
    if (!isGone) return;
    const remembered = lastSignerKeyId();
    const next = usable.find(({ key }) => key.keyId === remembered) ?? usable[0] ?? null;
    if (next !== null || chosen !== null) onChoose(next);
  });
  if (held.isPending) return null;
  if (signers.length === 0) return <NoKeyNote />;
  return (
    <div className="field">
      <label htmlFor={id}>Sign as</label>
      <select
        id={id}
        value={chosen?.key.keyId ?? ''}
        onChange={(event) => {
          rememberSignerKeyId(event.target.value);
          onChoose(usable.find(({ key }) => key.keyId === event.target.value) ?? null);
        }}
      >
        {chosen ? null : <option value="">No key that may sign this</option>}
        {signers.map((signer) => (
          <SignerOption key={signer.key.keyId} signer={signer} refusal={refusalOf(signer)} />
        ))}
      </select>
    </div>
  );
}

function SignerOption({
  signer,
  refusal,
}: {
  readonly signer: Signer;
  readonly refusal: string | null;
}) {
  const kind = signer.type === 'passkey' ? 'passkey' : 'key of this browser';
  const label = `${signer.person.displayName} · ${kind} ${signer.key.keyId.slice(4, 12)}`;
  return (
    <option value={signer.key.keyId} disabled={refusal !== null}>
      {refusal === null ? label : `${label} (${refusal})`}
    </option>
  );
}

function NoKeyNote() {
  return (
    <p className="hint">
      This browser cannot sign yet. Open the enrolment link that <code>counterfoil up</code>{' '}
      printed, or sign in the terminal: <code>counterfoil approvals approve</code>.
    </p>
  );
}
