import { createChance, type Chance } from './chance.ts';
import type { Environment, OrganisationAccount } from './organisation.ts';

const TEAMS = [
  'payments',
  'checkout',
  'search',
  'catalogue',
  'identity',
  'logistics',
  'media',
  'mobile',
  'pricing',
] as const;

const REGION_IDS = ['us-east-1', 'us-east-1', 'us-west-2', 'eu-central-1', 'sa-east-1'] as const;

/** Thirty accounts: nine teams with three environments each, a management account and two sandboxes. */
export function createAccounts(seed: number): readonly OrganisationAccount[] {
  const chance = createChance(seed, 'accounts');
  const account = (name: string, environment: Environment, team: string, regionId: string) => ({
    accountId: accountIdOf(chance),
    name,
    environment,
    team,
    regionId,
  });
  const stages = [
    ['production', 'prod'],
    ['staging', 'staging'],
    ['development', 'dev'],
  ] as const;
  return [
    account('management', 'production', 'platform', 'us-east-1'),
    ...TEAMS.flatMap((team) => {
      const regionId = REGION_IDS[chance.integer(0, REGION_IDS.length - 1)] ?? 'us-east-1';
      return stages.map(([environment, suffix]) =>
        account(`${team}-${suffix}`, environment, team, regionId),
      );
    }),
    account('data-science-sandbox', 'sandbox', 'data-science', 'us-east-1'),
    account('platform-sandbox', 'sandbox', 'platform', 'us-west-2'),
  ];
}

function accountIdOf(chance: Chance): string {
  return `${chance.integer(1, 9)}${chance.text('0123456789', 11)}`;
}
