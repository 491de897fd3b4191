import { LOG_ENTRY_KINDS, type LogEntryKind } from '@counterfoil/core';
import type { Claim } from './claim.ts';

/** Database roles that may write each kind; as `counterfoil.entry_right` grants them. */
const WRITERS: Readonly<Partial<Record<LogEntryKind, readonly string[]>>> = {
  tool_called: ['cf_agent'],
  conclusion_reached: ['cf_agent'],
  proposal_made: ['cf_agent'],
  policy_decided: ['cf_executor'],
  approval_requested: ['cf_executor'],
  approval_resolved: ['cf_executor'],
  effect_intended: ['cf_executor'],
  effect_resumed: ['cf_executor'],
  effect_refused: ['cf_executor'],
  effect_performed: ['cf_executor'],
  effect_unresolved: ['cf_executor'],
  review_submitted: ['cf_server', 'cf_operator'],
  ingest_completed: ['cf_lake'],
};

/** Each process did only its own part. */
export const processesSeparated: Claim = {
  claimId: 'processes_separated',
  statement:
    'The process that investigates wrote no decision and no effect, the one that acts wrote no review, and the one that takes reviews wrote no effect.',
  method:
    'Every entry names the database role that wrote it, which the database enforces; each kind is compared with the roles that may write it.',
  assess: ({ inPeriod }) => {
    const wrong = inPeriod.filter(
      ({ entry }) => WRITERS[entry.kind]?.includes(entry.actor) === false,
    );
    const actors = new Set(inPeriod.map(({ entry }) => entry.actor));
    const kinds = LOG_ENTRY_KINDS.filter((kind) => WRITERS[kind] !== undefined);
    const seen = kinds.flatMap((kind) => {
      const first = inPeriod.find(({ entry }) => entry.kind === kind);
      return first === undefined ? [] : [first.index];
    });
    const held = seen.length > 0 ? 'shown' : 'nothing_happened';
    return {
      status: wrong.length > 0 ? 'contradicted' : held,
      note: `${inPeriod.length} entries by ${actors.size} roles; ${wrong.length} by a role that may not write them`,
      figures: { entries: inPeriod.length, roles: actors.size, wrong: wrong.length },
      entries: wrong.length > 0 ? wrong.map(({ index }) => index) : seen,
    };
  },
};
