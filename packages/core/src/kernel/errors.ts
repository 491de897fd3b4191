/** Who must act when a call fails; decides retry and what the case does (see docs/architecture.md, "Errors"). */
export type ErrorClass = 'input' | 'upstream' | 'permission' | 'limit' | 'conflict' | 'integrity';

/** Options of every {@link PlatformError}: `details` is safe to log and holds no secret and no model text. */
export interface PlatformErrorOptions {
  readonly cause?: unknown;
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
  /** What the reader should do about it, one sentence. */
  readonly remedy?: string;
}

/** An operating error with a stable code. Match on `code` and `class`, never on the message. */
export class PlatformError extends Error {
  readonly class: ErrorClass;
  readonly code: string;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
  readonly remedy: string | undefined;

  constructor(
    errorClass: ErrorClass,
    code: string,
    message: string,
    options: PlatformErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = `${errorClass[0]?.toUpperCase()}${errorClass.slice(1)}Error`;
    this.class = errorClass;
    this.code = code;
    this.details = options.details ?? {};
    this.remedy = options.remedy;
  }
}

/** Bad input from a person or a file: names the field, the value's problem and the remedy. Never retried. */
export class InputError extends PlatformError {
  constructor(code: string, message: string, options?: PlatformErrorOptions) {
    super('input', code, message, options);
  }
}

/** An outside system failed (`THROTTLED`, `TIMEOUT`, `UNAVAILABLE`, …). Retried with backoff, bounded. */
export class UpstreamError extends PlatformError {
  constructor(code: string, message: string, options?: PlatformErrorOptions) {
    super('upstream', code, message, options);
  }
}

/** A permission is missing or a credential expired. Retried only after a person acted. */
export class PermissionError extends PlatformError {
  constructor(code: string, message: string, options?: PlatformErrorOptions) {
    super('permission', code, message, options);
  }
}

/** A declared limit was reached (`STEPS`, `BYTES`, `TARGETS`, …). Reported, never silent, never retried. */
export class LimitError extends PlatformError {
  constructor(code: string, message: string, options?: PlatformErrorOptions) {
    super('limit', code, message, options);
  }
}

/** Somebody else got there first or the world moved (`VERSION`, `PRECONDITION_CHANGED`, …): decide again from fresh state. */
export class ConflictError extends PlatformError {
  constructor(code: string, message: string, options?: PlatformErrorOptions) {
    super('conflict', code, message, options);
  }
}

/** A digest, signature, proof or chain does not hold. Halts the case, engages the kill switch; never retried. */
export class IntegrityError extends PlatformError {
  constructor(code: string, message: string, options?: PlatformErrorOptions) {
    super('integrity', code, message, options);
  }
}

/** A bug in this program: ends the run, not the server; nobody catches it in between. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/** Fails with {@link InvariantViolation} when a condition that must always hold does not. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantViolation(message);
}
