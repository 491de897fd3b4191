import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { POLICY_APPROVALS_MIN } from '@counterfoil/guard';
import { systemClock } from '../state/operator-store.ts';
import { withOperator } from '../state/operator-session.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { renderTable } from '../terminal/table.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { installedPolicies, type InstalledPolicies } from './installed-policies.ts';

/** `policy status`: what is in effect, by whose signatures, and what waits. Exit code 1 where an act does not hold. */
export async function showStatus(
  context: CommandContext,
  options: PlaceOptions & { readonly json?: boolean },
): Promise<void> {
  const { terminal } = context;
  await withOperator(context, options, async (session) => {
    const kept = await installedPolicies(session);
    const nowMs = systemClock.nowMs();
    if (kept.ignored.length > 0) context.finish(EXIT.findings);
    if (options.json === true) {
      const { history, ignored, shadow } = kept;
      printJson(terminal, {
        activeSha256: history.activeSha256,
        policies: kept.bundle.policies.length,
        changes: history.changes.map((change) => ({
          ...change,
          status: statusOf(kept, change, nowMs),
        })),
        authors: history.authors.filter(({ untilMs }) => nowMs < untilMs),
        shadowSha256: shadow?.sha256 ?? null,
        ignored,
      });
    } else printLine(terminal, render(kept, nowMs));
  });
}

type Change = InstalledPolicies['history']['changes'][number];

function statusOf({ history }: InstalledPolicies, change: Change, nowMs: number): string {
  if (change.activatedAtMs !== null) {
    return change.bundleSha256 === history.activeSha256 ? 'in effect' : 'was in effect';
  }
  if (nowMs >= Date.parse(change.expiresAt)) return 'expired';
  if (change.replacesSha256 !== history.activeSha256) return 'stale';
  const missing = POLICY_APPROVALS_MIN - change.approvedBy.length;
  return missing > 0 ? `waits for ${missing}` : 'approved';
}

function render(kept: InstalledPolicies, nowMs: number): string {
  const { history, bundle, ignored, shadow } = kept;
  const rows = history.changes.map((change) => [
    change.changeId,
    change.bundleSha256.slice(0, 12),
    change.personId,
    change.approvedBy.join(', '),
    statusOf(kept, change, nowMs),
    change.expiresAt,
  ]);
  const titles = ['CHANGE', 'BUNDLE', 'AUTHOR', 'APPROVED BY', 'STATUS', 'UNTIL'];
  const excluded = history.authors.filter(({ untilMs }) => nowMs < untilMs);
  return [
    `In effect: ${history.activeSha256}, ${bundle.policies.length} policies${rows.length === 0 ? ', as installed' : ''}.`,
    ...(shadow ? [`Asked beside it, without effect: ${shadow.sha256}.`] : []),
    ...excluded.map(
      ({ personId, untilMs }) =>
        `${personId} wrote new policies and approves no action until ${new Date(untilMs).toISOString()}.`,
    ),
    ...(rows.length > 0
      ? [
          '',
          renderTable(
            titles.map((title) => ({ title })),
            rows,
          ),
        ]
      : ['No changes were proposed.']),
    ...ignored.map(
      ({ code, note: why }) => `An act does not hold and changes nothing: ${code}, ${why}`,
    ),
  ].join('\n');
}
