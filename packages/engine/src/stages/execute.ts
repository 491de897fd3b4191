import { isDeepStrictEqual } from 'node:util';
import {
  actionOf,
  ConflictError,
  InputError,
  IntegrityError,
  invariant,
  PermissionError,
  type ActionPerformer,
  type ActionState,
  type CaseEvent,
  type CaseState,
  type Digest,
  type Effect,
  type Grant,
  type LeafReceipt,
  type PerformContext,
  type Precondition,
  type Reconciliation,
} from '@counterfoil/core';
import { parseEntry } from '@counterfoil/guard';
import { closeWhenSettled, commitStep } from '../durable/commit-step.ts';
import { nextJob } from '../durable/jobs.ts';
import { payloadDigest, type StageHandler } from '../durable/payload.ts';
import { authoriseNow, readKills } from '../execution/authorise-now.ts';
import { checkBinding } from '../execution/check-binding.ts';
import { bindingRulesOf, type ExecuteDependencies } from '../execution/dependencies.ts';
import { createExclusive } from '../execution/exclusive.ts';
import { haltOnIntegrityError } from '../execution/halt.ts';
import { openJournaled } from '../execution/open-journaled.ts';
import { idempotencyKeyOf, performContextOf } from '../execution/perform-context.ts';
import { proveLeaves, type CaseLeaf } from '../execution/proofs.ts';

/** One action that is to be executed, with everything that the steps below need. */
interface Execution {
  readonly dependencies: ExecuteDependencies;
  readonly state: CaseState;
  readonly entry: ActionState;
  readonly performer: ActionPerformer;
  readonly context: PerformContext;
}

/**
 * Approved action → at most one effect.
 *
 * The order is the point: bytes, kill switch, own gate and reviews proved in the log (together: the grant), preconditions,
 * intent on disk, intent proved in the witnessed log, kill switch again, one call, outcome on disk. After a crash the
 * outside is asked what happened before anything else is done.
 */
export function createExecute(dependencies: ExecuteDependencies): StageHandler {
  const exclusive = createExclusive();
  const { cases } = dependencies;
  return async (payload) => {
    const digest = payloadDigest(payload);
    const caseId = await cases.caseIdOf(digest);
    if (caseId === null) return;
    await exclusive(digest, () =>
      haltOnIntegrityError(dependencies, caseId, async () => {
        const execution = await open(dependencies, caseId, digest);
        if (execution?.entry.status === 'approved') await begin(execution);
        if (execution?.entry.status === 'executing') await resume(execution);
      }),
    );
  };
}

/** Loads the action and checks its bytes: text, digest and binding must be one and the same. */
async function open(
  dependencies: ExecuteDependencies,
  caseId: string,
  digest: Digest,
): Promise<Execution | null> {
  const state = await dependencies.cases.load(caseId);
  if (!state || state.status === 'closed' || state.status === 'halted') return null;
  const entry = actionOf(state, digest);
  if (!entry) return null;
  const { binding } = openJournaled(entry);
  const performer = dependencies.performers.get(binding.kind);
  if (!performer) {
    throw new InputError('ACTION_KIND_UNKNOWN', `the executor cannot perform ${binding.kind}`, {
      remedy: 'configure its connection for the executor; the action waits until its deadline',
    });
  }
  const context = performContextOf(entry.action, state.signal.scopeAccounts);
  return { dependencies, state, entry, performer, context };
}

/** First run: grant, preconditions, intent, proof, call. */
async function begin(execution: Execution): Promise<void> {
  const grant = await grantOrSettle(execution);
  if (!grant) return;
  if (await refuseDrift(execution)) return;
  const receipts = await commitIntent(execution, grant);
  if (receipts) await performOnce(execution, grant, receipts);
}

/** After a crash or a failed call: the outside says what happened; only a certain "no" leads to a call. */
async function resume(execution: Execution): Promise<void> {
  const { entry } = execution;
  const reconciliation = await reconcileSettled(execution);
  switch (reconciliation.type) {
    case 'performed':
      return await commitEffect(execution, reconciliation.effect, 'reconciled');
    case 'unknown':
      return await settle(execution, ['executing'], {
        type: 'effect_unresolved',
        digest: entry.action.digest,
        note: reconciliation.note,
      });
    case 'not_performed': {
      const grant = await grantOrSettle(execution);
      if (!grant || (await refuseDrift(execution))) return;
      const receipts = await commitResumed(execution, grant);
      return receipts ? await performOnce(execution, grant, receipts) : undefined;
    }
  }
}

/** A "no" counts only when a call that was under way at the crash, or whose answer was lost, can no longer arrive. */
async function reconcileSettled({
  dependencies,
  performer,
  entry,
  context,
}: Execution): Promise<Reconciliation> {
  const { parameters } = entry.action.binding;
  const reconciliation = await performer.reconcile(parameters, context);
  if (reconciliation.type !== 'not_performed') return reconciliation;
  await dependencies.wait(dependencies.callSettleMs);
  return await performer.reconcile(parameters, context);
}

/** The intent, or that it is gone on with, is durable; now both must also be proved, and the switch still off. Then one call. */
async function performOnce(
  execution: Execution,
  grant: Grant,
  receipts: readonly LeafReceipt[],
): Promise<void> {
  const { dependencies, state, entry, performer, context } = execution;
  const { digest, binding } = entry.action;
  await proveLeaves(dependencies, state.caseId, (leaves) => intentOf(leaves, digest, receipts));
  await parkWhileKilled(execution);
  if (dependencies.clock.nowMs() >= Date.parse(grant.expiresAt)) {
    throw new ConflictError('GRANT_EXPIRED', 'the grant ended before the call', {
      remedy: 'the job is retried by itself and asks for a new grant',
    });
  }
  let effect: Effect;
  try {
    effect = await performer.execute(binding.parameters, context);
  } catch (error) {
    // Anything else leaves the outcome unknown: the retry of this job reconciles before it does anything.
    if (!(error instanceof InputError) && !(error instanceof PermissionError)) throw error;
    return await refuse(execution, error.code, error.message);
  }
  await commitEffect(execution, effect, 'performed');
}

/** A grant, or null where the action was refused for good; parks (throws) while a kill stands. */
async function grantOrSettle(execution: Execution): Promise<Grant | null> {
  const { dependencies, state, entry, performer } = execution;
  const rules = bindingRulesOf(dependencies, await dependencies.policies());
  const problem = checkBinding(entry.action, performer, state, rules);
  if (problem) {
    await refuse(execution, problem.code, problem.reason);
    return null;
  }
  const authorisation = await authoriseNow(dependencies, state, entry);
  if (authorisation.type === 'granted') return authorisation.grant;
  const { code, reason } = authorisation;
  if (code === 'KILLED') {
    // A kill outranks the deadline in the verdict, but an action whose time is up need not wait for the lift.
    const endMs = Date.parse(entry.action.binding.expiresAt);
    if (dependencies.clock.nowMs() < endMs) throw parked(execution, reason);
    await refuse(execution, 'BINDING_EXPIRED', `its time ended while effects were ${reason}`);
    return null;
  }
  if (code === 'DIGEST_MISMATCH') throw new IntegrityError(code, reason);
  await refuse(execution, code, reason);
  return null;
}

async function parkWhileKilled(execution: Execution): Promise<void> {
  const kill = await readKills(execution.dependencies);
  if (kill.status !== 'off') {
    throw parked(execution, `stopped: ${kill.kills[0]?.reason ?? 'kill switch'}`);
  }
}

function parked({ dependencies, entry }: Execution, reason: string): ConflictError {
  const { digest } = entry.action;
  dependencies.onParked?.(digest);
  return new ConflictError('KILL_ENGAGED', `action ${digest} waits: ${reason}`, {
    remedy: 'lift the kill; the action is then tried again by itself until its deadline',
  });
}

/** Whether a target is no longer as it was approved; then the action is refused and needs a new approval. */
async function refuseDrift(execution: Execution): Promise<boolean> {
  const { performer, entry, context } = execution;
  const { binding } = entry.action;
  const now = await performer.preconditions(binding.parameters, context);
  const then = binding.preconditions;
  // The state itself is compared too: it stands on the card, and its hash beside it is the agent's word.
  const isAmong = (one: Precondition, others: readonly Precondition[]) =>
    others.some((other) => isDeepStrictEqual(one, other));
  const changed = now.filter((one) => !isAmong(one, then)).map((one) => one.target);
  const isGone = then.some((one) => !isAmong(one, now));
  if (changed.length === 0 && !isGone) return false;
  const reason = `changed since it was proposed: ${changed.join(', ') || 'a target is gone'}`;
  await refuse(execution, 'PRECONDITION_CHANGED', reason);
  return true;
}

/** Durable and unique per digest; null where somebody else was first or the action moved on. */
async function commitIntent({ dependencies, state, entry }: Execution, grant: Grant) {
  const { digest } = entry.action;
  const idempotencyKey = idempotencyKeyOf(digest);
  return await commitStep(dependencies.cases, state.caseId, (fresh) =>
    actionOf(fresh, digest)?.status === 'approved'
      ? { events: [{ type: 'effect_intended', digest, grant, idempotencyKey }], jobs: [] }
      : null,
  );
}

/** The new grant under which an intent is gone on with, durable before the call; null where the action moved on. */
async function commitResumed({ dependencies, state, entry }: Execution, grant: Grant) {
  const { digest } = entry.action;
  return await commitStep(dependencies.cases, state.caseId, (fresh) =>
    actionOf(fresh, digest)?.status === 'executing'
      ? { events: [{ type: 'effect_resumed', digest, grant }], jobs: [] }
      : null,
  );
}

/** The intent of an action and the leaves of these receipts; null while one of them is not in the log yet. */
function intentOf(
  leaves: readonly CaseLeaf[],
  digest: Digest,
  receipts: readonly LeafReceipt[],
): readonly CaseLeaf[] | null {
  const leafIds = new Set(receipts.map(({ leafId }) => leafId));
  const own = leaves.filter(({ leafId }) => leafIds.has(leafId));
  const intents = leaves.filter(({ entryText }) => {
    const { kind, facts } = parseEntry(entryText);
    return kind === 'effect_intended' && facts['digest'] === digest;
  });
  return intents.length === 0 || own.length < leafIds.size ? null : [...intents, ...own];
}

async function commitEffect(
  { dependencies, state, entry }: Execution,
  effect: Effect,
  how: 'performed' | 'reconciled',
): Promise<void> {
  const { digest } = entry.action;
  const reconciled = how === 'reconciled';
  await commitStep(dependencies.cases, state.caseId, (fresh) =>
    actionOf(fresh, digest)?.status === 'executing'
      ? {
          events: [{ type: 'effect_performed', digest, effect, reconciled }],
          jobs: [nextJob.verify(digest)],
        }
      : null,
  );
}

async function refuse(execution: Execution, code: string, reason: string): Promise<void> {
  const { digest } = execution.entry.action;
  await settle(execution, ['approved', 'executing'], {
    type: 'effect_refused',
    digest,
    code,
    reason,
  });
}

async function settle(
  { dependencies, state, entry }: Execution,
  from: readonly ActionState['status'][],
  event: CaseEvent,
): Promise<void> {
  await commitStep(dependencies.cases, state.caseId, (fresh) => {
    const current = actionOf(fresh, entry.action.digest);
    invariant(current, 'an action of a case never disappears');
    if (!from.includes(current.status)) return null;
    return { events: closeWhenSettled(fresh, [event]), jobs: [] };
  });
}
