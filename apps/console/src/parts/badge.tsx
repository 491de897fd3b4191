import type { ActionStatus, CaseStatus } from '@counterfoil/core';
import { ACTION_STATUS_LABELS, CASE_STATUS_LABELS, type Tone } from '../text/names.ts';

/** A word with a tone; the word carries the meaning, the colour only repeats it. */
export function Badge({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return <span className={`badge badge-${tone}`}>{children}</span>;
}

/** The status of a case. */
export function CaseBadge({ status }: { readonly status: CaseStatus }) {
  const { text, tone } = CASE_STATUS_LABELS[status];
  return <Badge tone={tone}>{text}</Badge>;
}

/** The status of an action. */
export function ActionBadge({ status }: { readonly status: ActionStatus }) {
  const { text, tone } = ACTION_STATUS_LABELS[status];
  return <Badge tone={tone}>{text}</Badge>;
}

/** Whether everything that the conclusion needed was seen. */
export function CompletenessBadge({
  completeness,
}: {
  readonly completeness: 'pending' | 'complete' | 'incomplete';
}) {
  if (completeness === 'complete') return <Badge tone="good">Complete</Badge>;
  if (completeness === 'incomplete') return <Badge tone="bad">Incomplete</Badge>;
  return <Badge tone="progress">Not yet concluded</Badge>;
}
