import type { ExecutorSettings, PolicySettings } from '@counterfoil/config';
import type { Label } from '@counterfoil/core';
import type { GateSources } from '@counterfoil/engine';
import type { Store } from '@counterfoil/store';
import { dataQualityReader } from './data-quality.ts';

const CONFIDENTIALITY = { public: 0, internal: 1, confidential: 2, secret: 3 } as const;

/** The executor's own sources of what policies are told: its settings and its own database role. */
export function gateSourcesOf(
  { policy }: Pick<ExecutorSettings, 'policy'>,
  store: Pick<Store, 'use' | 'signals'>,
  answers: Pick<GateSources, 'autonomyOf' | 'changeStatusOf'>,
): GateSources {
  const { businessHours, freezes, changeRequiredIn } = policy;
  return {
    use: store.use,
    calendar: { businessHours, freezes },
    changeRequiredIn,
    clearances: clearancesOf(policy),
    ...answers,
    dataQualityOf: dataQualityReader(store.signals),
  };
}

function clearancesOf({
  clearances,
}: PolicySettings): ReadonlyMap<string, Label['confidentiality']> {
  return new Map([
    ['slack.post_message', CONFIDENTIALITY[clearances.slack]],
    ['jira.create_issue', CONFIDENTIALITY[clearances.jira]],
  ]);
}
