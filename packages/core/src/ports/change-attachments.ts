/** Under which change record the agent proposes changes of an account. */
export interface ChangeAttachment {
  readonly account: string;
  /** Null for every kind of action. */
  readonly kind: string | null;
  readonly changeId: string;
  readonly at: string;
}

/** Attachments of change records. They have no authority: the executor asks the system of the records itself, each time. */
export interface ChangeAttachmentStore {
  /** Attaches a record, or ends the attachment with null. */
  attach(
    subject: Pick<ChangeAttachment, 'account' | 'kind'>,
    changeId: string | null,
  ): Promise<void>;
  /** Those that stand, by account and kind. */
  list(): Promise<readonly ChangeAttachment[]>;
  /** The record for an account and kind: that of the kind itself, or else the one for all kinds. */
  find(account: string, kind: string): Promise<string | null>;
}
