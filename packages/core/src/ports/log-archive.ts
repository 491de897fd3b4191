/** How fast an object is held: nobody at all can shorten `compliance`, a few rights can end `governance`. */
export type RetentionMode = 'compliance' | 'governance';

/** Until when an object cannot be changed or removed. */
export interface Retention {
  readonly mode: RetentionMode;
  readonly until: string;
}

/** What an archive holds at a path. */
export interface ArchivedFile {
  readonly bytes: Uint8Array;
  /** Null where nothing holds it. */
  readonly retention: Retention | null;
}

/** A place for published files of the log that nobody can change or remove before their time. */
export interface LogArchive {
  /** Throws `InputError` `ARCHIVE_UNLOCKED` unless the place can hold what is written to it. */
  check(): Promise<void>;
  /** Paths that are there. */
  list(): Promise<ReadonlySet<string>>;
  read(path: string): Promise<ArchivedFile | null>;
  /** Writes a file that is not there yet, held from the start. `ConflictError` `ARCHIVE_OCCUPIED` where something is there: nothing is ever replaced. */
  write(path: string, bytes: Uint8Array, retention: Retention): Promise<void>;
}
