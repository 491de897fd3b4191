import { IntegrityError, type ActionState, type Digest } from '@counterfoil/core';
import { actionsIn, parseEntry } from '@counterfoil/guard';
import type { CaseLeaf } from './proofs.ts';

/**
 * The leaves that an auditor needs to believe that this action was authorised: its proposal, decision, request and resolution, and
 * these reviews. Null while one is not in the log yet. Throws `IntegrityError` where the log holds another proposal than
 * the journal: the agent wrote both, and what ran could not be proved.
 */
export function evidenceIn(
  leaves: readonly CaseLeaf[],
  { action, request }: ActionState,
  reviewLeafIds: ReadonlySet<string>,
): readonly CaseLeaf[] | null {
  const { digest } = action;
  const kinds = ['policy_decided', ...(request ? ['approval_requested', 'approval_resolved'] : [])];
  const found = [
    leaves.find((leaf) => proposes(leaf, digest)),
    ...kinds.map((kind) => leaves.find((leaf) => isOf(leaf, kind, digest))),
    ...[...reviewLeafIds].map((leafId) => leaves.find((leaf) => leaf.leafId === leafId)),
  ];
  return found.every((leaf) => leaf !== undefined) ? found : null;
}

function isOf({ entryText }: CaseLeaf, kind: string, digest: Digest): boolean {
  const entry = parseEntry(entryText);
  return entry.kind === kind && entry.facts['digest'] === digest;
}

function proposes(leaf: CaseLeaf, digest: Digest): boolean {
  if (parseEntry(leaf.entryText).kind !== 'proposal_made') return false;
  if (digestsIn(leaf).includes(digest)) return true;
  throw new IntegrityError('PROPOSAL_UNPROVABLE', 'the log holds another proposal of the case', {
    remedy: 'do not trust this agent; compare its journal with the log',
  });
}

function digestsIn(leaf: CaseLeaf): readonly Digest[] {
  try {
    return actionsIn(leaf).map((action) => action.digest);
  } catch (cause) {
    throw new IntegrityError('PROPOSAL_UNPROVABLE', 'a logged proposal cannot be read', { cause });
  }
}
