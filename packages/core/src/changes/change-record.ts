/** Where a change record stands, in the words that every system of them shares. */
export type ChangeRecordStatus = 'not_approved' | 'not_yet_open' | 'open' | 'on_hold' | 'over';

/** A change record as its system tells it. */
export interface ChangeRecord {
  readonly changeId: string;
  /** `open` only while the change is approved and being carried out. */
  readonly status: ChangeRecordStatus;
  /** The system's own word for the status, for people. */
  readonly statusText: string;
  /** Planned beginning and end in UTC; null where the record has none, and then it covers no time. */
  readonly window: { readonly from: string; readonly to: string } | null;
  /** Accounts that it covers; none covers nothing. */
  readonly accounts: readonly string[];
  /** Targets that it covers; null covers every target in its accounts. */
  readonly targets: readonly string[] | null;
  readonly risk: 'low' | 'moderate' | 'high' | 'unknown';
}

/** A system of change records, read only. */
export interface ChangeRecords {
  /**
   * The record of this id, read afresh; null where there is none. An id that cannot be one is never sent. Throws `UpstreamError`
   * where the system does not answer, `PermissionError` where it refuses, `IntegrityError` never.
   */
  find(changeId: string): Promise<ChangeRecord | null>;
}

/** What a change record has to cover. */
export interface ChangeSubject {
  readonly account: string;
  readonly targets: readonly string[];
  readonly nowMs: number;
}

/** Why a record does not cover a subject. */
export interface ChangeFlaw {
  readonly code:
    | 'CHANGE_UNKNOWN'
    | 'CHANGE_NOT_OPEN'
    | 'CHANGE_WITHOUT_WINDOW'
    | 'CHANGE_TOO_EARLY'
    | 'CHANGE_TOO_LATE'
    | 'CHANGE_OTHER_ACCOUNT'
    | 'CHANGE_OTHER_TARGET';
  readonly note: string;
}

/** Everything that speaks against acting under a record; nothing means that it is valid, open, and covers target and time. */
export function flawsOfChange(
  record: ChangeRecord | null,
  { account, targets, nowMs }: ChangeSubject,
): readonly ChangeFlaw[] {
  if (!record) return [{ code: 'CHANGE_UNKNOWN', note: 'there is no such change record' }];
  const { changeId, status, statusText, window } = record;
  const fromMs = Date.parse(window?.from ?? '');
  const toMs = Date.parse(window?.to ?? '');
  const isWindow = fromMs < toMs;
  const others = targets.filter((target) => record.targets?.includes(target) === false);
  const conditions: readonly (readonly [boolean, ChangeFlaw['code'], string])[] = [
    [status === 'open', 'CHANGE_NOT_OPEN', `${changeId} is ${status}: ${statusText}`],
    [isWindow, 'CHANGE_WITHOUT_WINDOW', `${changeId} has no planned beginning and end`],
    [!isWindow || nowMs >= fromMs, 'CHANGE_TOO_EARLY', `${changeId} begins at ${window?.from}`],
    [!isWindow || nowMs < toMs, 'CHANGE_TOO_LATE', `${changeId} ended at ${window?.to}`],
    [
      record.accounts.includes(account),
      'CHANGE_OTHER_ACCOUNT',
      `${changeId} does not cover account ${account}`,
    ],
    [
      targets.length > 0 && others.length === 0,
      'CHANGE_OTHER_TARGET',
      `${changeId} does not cover ${others.join(', ') || 'an action without a target'}`,
    ],
  ];
  return conditions.filter(([holds]) => !holds).map(([, code, note]) => ({ code, note }));
}
