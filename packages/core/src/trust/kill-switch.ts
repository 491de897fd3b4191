/** Someone, or a process that found an integrity error, stopped every effect. */
export interface KillEngaged {
  readonly killId: string;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

/** What a person signs to lift one kill; same signature forms as a review. */
export interface KillLiftStatement {
  readonly v: 1;
  readonly killId: string;
  readonly personId: string;
  readonly keyId: string;
  readonly liftedAt: string;
  readonly comment: string;
}

/** The kill switch is engaged while any kill has no valid lift. */
export type KillState =
  | { readonly status: 'off' }
  | { readonly status: 'engaged'; readonly kills: readonly KillEngaged[] };

/** Folds kills and the ids whose lift was verified into the state of the switch. */
export function killState(
  kills: readonly KillEngaged[],
  liftedKillIds: ReadonlySet<string>,
): KillState {
  const engaged = kills.filter((kill) => !liftedKillIds.has(kill.killId));
  return engaged.length === 0 ? { status: 'off' } : { status: 'engaged', kills: engaged };
}
