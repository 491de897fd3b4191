import { ConflictError, InputError } from '@counterfoil/core';
import type { PackReport } from '@counterfoil/guard';
import type { ClaimFinding, ClaimStatus } from './claims/claim.ts';
import { CLAIMS } from './claims/registry.ts';
import type { Framework } from './framework.ts';
import { InclusionProofs } from './inclusion.ts';
import type { LogRecord } from './record.ts';

/** A stretch of time by the record's own clock: from the first instant on, up to before the second. ISO instants. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** A claim as judged, and where it stands in the record. */
export interface AssessedClaim extends ClaimFinding {
  readonly claimId: string;
  readonly statement: string;
  readonly method: string;
}

/** A control, the claims that speak to it, and what remains for the auditor to see elsewhere. */
export interface AssessedControl {
  readonly controlId: string;
  readonly title: string;
  readonly claims: readonly string[];
  /** The weakest of its claims. */
  readonly status: ClaimStatus;
  readonly beyond: string;
}

/** That an entry stands in the record: its leaf hash and the way to the root (RFC 6962, 2.1.1), hex. */
export interface EntryProof {
  readonly index: number;
  readonly kind: string;
  readonly at: string;
  readonly leafHash: string;
  readonly path: readonly string[];
}

/** Everything that a record shows of a framework in a period; made of the pack alone, so anybody can make it again. */
export interface EvidenceDocument {
  readonly v: 1;
  readonly framework: Pick<Framework, 'id' | 'title' | 'source' | 'note'>;
  readonly period: Period;
  /** Signed note of the tree that all proofs lead to. */
  readonly checkpoint: string;
  readonly size: number;
  readonly rootHash: string;
  readonly status: PackReport['status'];
  readonly problems: PackReport['problems'];
  readonly entriesInPeriod: number;
  readonly controls: readonly AssessedControl[];
  readonly claims: readonly AssessedClaim[];
  readonly proofs: readonly EntryProof[];
}

const WEAKEST_FIRST: readonly ClaimStatus[] = ['contradicted', 'unprovable', 'shown'];

/**
 * Judges the claims that a framework's controls rest on. `ConflictError` where the record is not the one that was verified;
 * `InputError` for a period that is none.
 */
export function assessFramework(
  framework: Framework,
  period: Period,
  pack: { readonly record: LogRecord; readonly report: PackReport },
): EvidenceDocument {
  const { record, report } = pack;
  const { from, to } = period;
  if (!(Date.parse(from) < Date.parse(to))) {
    throw new InputError('PERIOD_EMPTY', `the period ${from} to ${to} is empty`, {
      remedy: 'give --from and --to as days, --to being the first day that no longer counts',
    });
  }
  const proofs = new InclusionProofs(record.leafHashes);
  const isSame =
    record.entries.length === report.size &&
    (report.size === 0 || proofs.root().toString('hex') === report.rootHash);
  // A pack that was rejected is shown as such, however far its verification came.
  if (report.status === 'verified' && !isSame) {
    throw new ConflictError('PACK_CHANGED', 'the pack changed while it was read', {
      remedy: 'copy it to a place of your own and try again',
    });
  }
  const inPeriod = record.entries.filter(({ entry }) => isWithin(entry.at, period));
  const needed = new Set(framework.controls.flatMap(({ claims }) => claims));
  const claims = CLAIMS.filter(({ claimId }) => needed.has(claimId)).map((claim) => ({
    claimId: claim.claimId,
    statement: claim.statement,
    method: claim.method,
    ...claim.assess({ record, report, inPeriod }),
  }));
  const { id, title, source, note } = framework;
  return {
    v: 1,
    framework: { id, title, source, note },
    period,
    checkpoint: record.checkpointText,
    size: report.size,
    rootHash: report.rootHash,
    status: report.status,
    problems: report.problems,
    entriesInPeriod: inPeriod.length,
    controls: framework.controls.map((control) => assessControl(control, claims)),
    claims,
    proofs: proofsOf(claims, record, proofs),
  };
}

function isWithin(at: string, { from, to }: Period): boolean {
  const atMs = Date.parse(at);
  return atMs >= Date.parse(from) && atMs < Date.parse(to);
}

function assessControl(
  control: Framework['controls'][number],
  claims: readonly AssessedClaim[],
): AssessedControl {
  const own = claims.filter(({ claimId }) => control.claims.includes(claimId));
  const status = WEAKEST_FIRST.find((one) => own.some((claim) => claim.status === one));
  return {
    controlId: control.id,
    title: control.title,
    claims: own.map(({ claimId }) => claimId),
    status: status ?? 'nothing_happened',
    beyond: control.beyond,
  };
}

function proofsOf(
  claims: readonly AssessedClaim[],
  record: LogRecord,
  proofs: InclusionProofs,
): readonly EntryProof[] {
  const indexes = [...new Set(claims.flatMap(({ entries }) => entries))].toSorted((a, b) => a - b);
  return indexes.flatMap((index) => {
    const found = record.entries[index];
    const leaf = record.leafHashes[index];
    if (found === undefined || leaf === undefined) return [];
    return [
      {
        index,
        kind: found.entry.kind,
        at: found.entry.at,
        leafHash: leaf.toString('hex'),
        path: proofs.path(index).map((hash) => hash.toString('hex')),
      },
    ];
  });
}
