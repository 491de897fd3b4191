import type { Action, Digest, PerformContext } from '@counterfoil/core';

const KEY_DIGITS = 48;

/** Same digest, same key: whoever repeats the call asks for the same effect. Fits AWS' 64 characters of a SourceIdentity. */
export function idempotencyKeyOf(digest: Digest): string {
  return `cf-${digest.slice('sha256:'.length, 'sha256:'.length + KEY_DIGITS)}`;
}

/** What a performer is told besides the parameters. */
export function performContextOf(
  { binding, digest }: Action,
  scopeAccounts: readonly string[],
): PerformContext {
  const { account, region, caseId } = binding;
  return { account, region, scopeAccounts, caseId, idempotencyKey: idempotencyKeyOf(digest) };
}
