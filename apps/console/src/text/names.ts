import type { ActionStatus, CaseStatus, CostElement, DismissalReason } from '@counterfoil/core';

/** How sure and how urgent a status is, as a colour with a word beside it. */
export type Tone = 'neutral' | 'progress' | 'attention' | 'good' | 'bad';

interface Label {
  readonly text: string;
  readonly tone: Tone;
}

export const CASE_STATUS_LABELS: Readonly<Record<CaseStatus, Label>> = {
  investigating: { text: 'Investigating', tone: 'progress' },
  proposing: { text: 'Proposing', tone: 'progress' },
  deciding: { text: 'At the gate', tone: 'progress' },
  awaiting_approval: { text: 'Awaiting approval', tone: 'attention' },
  executing: { text: 'Executing', tone: 'progress' },
  verifying: { text: 'Verifying', tone: 'progress' },
  closed: { text: 'Closed', tone: 'neutral' },
  halted: { text: 'Halted', tone: 'bad' },
};

export const ACTION_STATUS_LABELS: Readonly<Record<ActionStatus, Label>> = {
  proposed: { text: 'Proposed', tone: 'progress' },
  awaiting_approval: { text: 'Awaiting approval', tone: 'attention' },
  approved: { text: 'Approved', tone: 'progress' },
  denied: { text: 'Denied', tone: 'neutral' },
  expired: { text: 'Expired', tone: 'neutral' },
  refused: { text: 'Refused', tone: 'bad' },
  executing: { text: 'Executing', tone: 'progress' },
  performed: { text: 'Performed, not yet verified', tone: 'progress' },
  unresolved: { text: 'Outcome unknown', tone: 'bad' },
  confirmed: { text: 'Done and verified', tone: 'good' },
  not_confirmed: { text: 'Done, not confirmed', tone: 'bad' },
};

export const DISMISSAL_LABELS: Readonly<Record<DismissalReason, string>> = {
  below_threshold: 'Below the threshold',
  planned_activity: 'Planned activity',
  recurring_month_end: 'Recurs at month end',
  credit_change: 'A credit ended or began',
  restatement: 'Past days were restated',
  refund: 'Usage was paid back',
  move: 'Moved, nothing more',
  decrease: 'The cost went down',
  duplicate: 'Already in a case',
};

const DIMENSION_LABELS: Readonly<Record<string, string>> = {
  subAccountId: 'Account',
  serviceName: 'Service',
  regionId: 'Region',
  usageType: 'Usage type',
  resourceId: 'Resource',
};

const ACRONYMS = /\b(api|aws|cpu|ebs|ec2|gpu|iam|id|nat|rds|s3|vpc)\b/g;

/** `nat_gateway_reroute` as "NAT gateway reroute". */
export function humanise(identifier: string): string {
  const words = identifier
    .replace(/[_-]+/g, ' ')
    .trim()
    .replace(ACRONYMS, (acronym) => acronym.toUpperCase());
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** The dimensions of a cost element with their labels, in the order account to resource, then tags. */
export function elementParts(element: CostElement): { label: string; value: string }[] {
  const order = Object.keys(DIMENSION_LABELS);
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.entries(element)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .map(([name, value]) => ({
      label: DIMENSION_LABELS[name] ?? name.replace(/^tag:/, 'Tag '),
      value,
    }));
}

/** `+592.2 %`; a change from nothing has no percentage. */
export function formatPercent(percent: number | null): string {
  if (percent === null) return 'from nothing';
  const sign = percent > 0 ? '+' : '';
  return `${sign}${percent.toLocaleString('en-GB', { maximumFractionDigits: 1 })} %`;
}

/** `0.987` as `98.7 %`. */
export function formatShare(share: number): string {
  return `${(share * 100).toLocaleString('en-GB', { maximumFractionDigits: 1 })} %`;
}
