import {
  calendarAt,
  centsOf,
  type ActionBinding,
  type ActionDeclaration,
  type ActionUse,
  type Autonomy,
  type Calendar,
  type CaseState,
  type ChangeStatus,
  type DataQuality,
  type Digest,
  type GateFacts,
  type Label,
  type RecentUse,
  type UseStore,
} from '@counterfoil/core';

/** Where the facts come from that policies decide upon: the executor's own settings, stores and reads. */
export interface GateSources {
  readonly use: UseStore;
  readonly calendar: Calendar;
  /** Environments in which no change of the cloud is made without a change record. */
  readonly changeRequiredIn: readonly string[];
  /** The most confidential content that may go where this kind writes; a kind that is not named takes public content only. */
  readonly clearances: ReadonlyMap<string, Label['confidentiality']>;
  autonomyOf(release: ReleaseUse): Promise<Autonomy>;
  /** State of the change record that the binding names; `absent` where it names none or nobody can be asked. */
  changeStatusOf(binding: ActionBinding): Promise<ChangeStatus>;
  /** For a signal that does not say how good its data is. */
  dataQualityOf(dataVersion: string): Promise<DataQuality>;
}

/** What an autonomy level is about. */
export type ReleaseUse = Pick<ActionBinding, 'release' | 'environment' | 'kind'>;

/** The action that the facts are about, as bound and as the executor declares it. */
export interface GateSubject {
  readonly digest: Digest;
  readonly binding: ActionBinding;
  readonly declaration: Pick<ActionDeclaration, 'class'>;
  readonly state: Pick<CaseState, 'signal' | 'conclusion'>;
}

/** How the facts are read, and what stands at that moment. */
export interface GateMoment {
  readonly nowMs: number;
  readonly killed: boolean;
  /** `reserve` before anything runs, `look` while people are only asked. */
  readonly limits: 'look' | 'reserve';
}

/** Reads every fact that policies decide upon. None is the agent's word, nor derived from it. */
export async function readGateFacts(
  sources: GateSources,
  subject: GateSubject,
  { nowMs, killed, limits }: GateMoment,
): Promise<GateFacts> {
  const { binding, declaration, state } = subject;
  const { use, calendar, changeRequiredIn, clearances } = sources;
  const sought = useOf(subject);
  const recent: RecentUse = await (limits === 'reserve' ? use.reserve(sought) : use.read(sought));
  const { freezes, offHours } = calendarAt(calendar, nowMs);
  return {
    complete: state.conclusion?.completeness.complete ?? false,
    killed,
    scopeAccounts: state.signal.scopeAccounts,
    autonomy: await sources.autonomyOf(binding),
    amountCents: sought.amountCents,
    recent,
    freezes,
    offHours,
    changeStatus: await sources.changeStatusOf(binding),
    changeRequired: isRequired(changeRequiredIn, binding.environment),
    // The lake judges the accounts of the case by themselves; a report of an ingest speaks of a whole version.
    dataQuality:
      state.signal.dataQuality ?? (await sources.dataQualityOf(state.signal.dataVersion)),
    // What an account holds already may be named to it; secrets are no parameters of a change.
    clearance: declaration.class === 'cloud' ? 2 : (clearances.get(binding.kind) ?? 0),
  };
}

/** An environment that nobody named is held to the strictest rule there is. */
function isRequired(changeRequiredIn: readonly string[], environment: string): boolean {
  return (
    changeRequiredIn.includes(environment) ||
    (environment === 'unknown' && changeRequiredIn.length > 0)
  );
}

/** At stake is at most what the signal is about, which the lake wrote: the agent's estimate decides nothing. */
function useOf({ digest, binding, declaration, state }: GateSubject): ActionUse {
  const { amount, currency } = state.signal.anomaly.impactPerDay;
  return {
    digest,
    class: declaration.class,
    kind: binding.kind,
    account: binding.account,
    amountCents: centsOf(amount),
    currency,
  };
}
