import {
  invariant,
  type ActionState,
  type ApprovalEvidence,
  type CaseState,
  type KillState,
} from '@counterfoil/core';
import {
  authorise,
  buildRegistry,
  decide,
  readKillState,
  type ApproverRegistry,
  type Authorisation,
} from '@counterfoil/guard';
import type { ActivePolicies, ExecuteDependencies } from './dependencies.ts';
import { evidenceIn } from './evidence.ts';
import { readGateFacts } from './gate-facts.ts';
import { proveLeaves } from './proofs.ts';

/** Who may sign, from the trust file and the enrolments that hold, as of now. */
export async function readRegistry({
  trust,
  enrolments,
}: Pick<ExecuteDependencies, 'trust' | 'enrolments'>): Promise<ApproverRegistry> {
  return buildRegistry(trust, await enrolments());
}

/** The switch, as of now. */
export async function readKills(
  dependencies: Pick<ExecuteDependencies, 'trust' | 'enrolments' | 'kills'>,
): Promise<KillState> {
  const registry = await readRegistry(dependencies);
  return readKillState(await dependencies.kills.read(), registry);
}

/**
 * The executor's own verdict from fresh reads: kill switch, registry, gate, and in the witnessed log the reviews and all else that
 * an auditor will ask for. A grant is always made again; none is ever loaded.
 */
export async function authoriseNow(
  dependencies: ExecuteDependencies,
  state: CaseState,
  entry: ActionState,
): Promise<Authorisation> {
  const { action, request } = entry;
  const { trust, policies, clock, grantTtlMs } = dependencies;
  const { bundle, authors } = await policies();
  const registry = await readRegistry(dependencies);
  const killState = readKillState(await dependencies.kills.read(), registry);
  const reviews = await dependencies.reviews.read(action.digest);
  const leafIds = new Set(reviews.map((review) => review.leafId));
  const isStopped = killState.status !== 'off';
  const reviewLeaves = isStopped
    ? []
    : await proveLeaves(dependencies, state.caseId, (leaves) => evidenceIn(leaves, entry, leafIds));
  return authorise({
    bindingText: action.bindingText,
    digest: action.digest,
    tenant: trust.tenant,
    policyBundleSha256: bundle.sha256,
    decide: await gateOf(dependencies, state, { action, bundle, isStopped }),
    request: request ?? null,
    reviews,
    reviewLeaves,
    registry,
    authors,
    killState,
    nowMs: clock.nowMs(),
    grantTtlMs,
  });
}

/** The executor's own gate: its own bundle, declaration of the action kind, and facts. Reads once; pure from then on. */
async function gateOf(
  { performers, sources, clock }: ExecuteDependencies,
  state: CaseState,
  {
    action,
    bundle,
    isStopped,
  }: Pick<ActionState, 'action'> & Pick<ActivePolicies, 'bundle'> & { readonly isStopped: boolean },
) {
  const { binding, digest } = action;
  const declaration = performers.get(binding.kind);
  invariant(declaration, `the executor has no performer for ${binding.kind}`);
  const nowMs = clock.nowMs();
  const facts = await readGateFacts(
    sources,
    { digest, binding, declaration, state },
    { nowMs, killed: isStopped, limits: isStopped ? 'look' : 'reserve' },
  );
  const request = { binding, declaration, facts, nowMs };
  return (approval?: ApprovalEvidence) =>
    decide(bundle, approval ? { ...request, approval } : request);
}
