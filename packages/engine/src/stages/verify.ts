import {
  actionOf,
  IntegrityError,
  invariant,
  PlatformError,
  type ActionPerformer,
  type ActionState,
  type CaseStore,
  type Verification,
} from '@counterfoil/core';
import { closeWhenSettled, commitStep } from '../durable/commit-step.ts';
import { payloadDigest, type StageHandler } from '../durable/payload.ts';
import type { Wait } from '../durable/wait.ts';
import { performContextOf } from '../execution/perform-context.ts';
import type { ActionRegistry } from '../registry/registry.ts';

export interface VerifyDependencies {
  readonly cases: CaseStore;
  readonly performers: ActionRegistry<ActionPerformer>;
  readonly wait: Wait;
  /** Pauses before each further read; their number bounds the reads. */
  readonly pausesMs?: readonly number[];
}

/** Stopping an instance takes up to a minute; a message is there at once. */
const PAUSES_MS = [500, 1000, 2000, 4000, 8000, 15_000, 30_000] as const;

/** Effect → does a later read see it? After the last read the answer is what that read said. */
export function createVerify(dependencies: VerifyDependencies): StageHandler {
  const { cases } = dependencies;
  return async (payload) => {
    const digest = payloadDigest(payload);
    const caseId = await cases.caseIdOf(digest);
    if (caseId === null) return;
    const state = await cases.load(caseId);
    const performed = state && actionOf(state, digest);
    if (!state || performed?.status !== 'performed') return;
    const { scopeAccounts } = state.signal;
    const verification = await readUntilConfirmed(dependencies, performed, scopeAccounts);
    await commitStep(cases, caseId, (fresh) =>
      actionOf(fresh, digest)?.status === 'performed'
        ? {
            events: closeWhenSettled(fresh, [{ type: 'effect_verified', digest, verification }]),
            jobs: [],
          }
        : null,
    );
  };
}

async function readUntilConfirmed(
  { performers, wait, pausesMs = PAUSES_MS }: VerifyDependencies,
  { action, effect }: ActionState,
  scopeAccounts: readonly string[],
): Promise<Verification> {
  const performer = performers.get(action.binding.kind);
  invariant(performer && effect, `${action.binding.kind} was performed, yet cannot be verified`);
  const context = performContextOf(action, scopeAccounts);
  const read = () => readOnce(() => performer.verify(action.binding.parameters, effect, context));
  let verification = await read();
  for (const pauseMs of pausesMs) {
    if (verification.status === 'confirmed') break;
    await wait(pauseMs);
    verification = await read();
  }
  return verification;
}

/** A read that fails confirms nothing, and says why. */
async function readOnce(read: () => Promise<Verification>): Promise<Verification> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof PlatformError) || error instanceof IntegrityError) throw error;
    const note = `the effect could not be read back: ${error.code}`;
    return { status: 'not_confirmed', note, facts: { code: error.code } };
  }
}
