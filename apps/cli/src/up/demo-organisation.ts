import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LakeSettings } from '@counterfoil/config';
import {
  DEMO_LAST_DAY,
  DEMO_SEED,
  generateOrganisation,
  writeFocusFiles,
} from '@counterfoil/simulator';
import type { StateDirectory } from '../state/state-directory.ts';
import { writeWhole } from '../state/write-whole.ts';

/** The demonstration organisation as far as the supervisor needs it. */
export interface DemoOrganisation {
  readonly seed: number;
  /** Billing files, one a month. */
  readonly files: readonly string[];
  readonly rows: number;
  readonly accounts: number;
  readonly plannedActivities: LakeSettings['plannedActivities'];
  readonly environments: Readonly<Record<string, string>>;
}

/** Writes the organisation's billing files the first time; later starts find them. */
export async function ensureDemoOrganisation(
  state: StateDirectory,
  say: (text: string) => void,
): Promise<DemoOrganisation> {
  const known = readDemoOrganisation(state);
  if (known !== null) return known;
  say('Writing the billing files of a demonstration organisation');
  const organisation = generateOrganisation({ seed: DEMO_SEED, lastDay: DEMO_LAST_DAY });
  const directory = join(state.demo, 'billing');
  rmSync(directory, { recursive: true, force: true });
  const files = await writeFocusFiles(organisation, directory, {
    onProgress: ({ file, rows }) => say(`Writing the billing files: ${file}, ${rows} rows`),
  });
  const demo: DemoOrganisation = {
    seed: organisation.seed,
    files: files.map((file) => file.path),
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    accounts: organisation.accounts.length,
    plannedActivities: organisation.plannedActivities.map((planned) => ({
      ...planned,
      subAccountIds: [...planned.subAccountIds],
      serviceNames: [...planned.serviceNames],
    })),
    environments: Object.fromEntries(
      organisation.accounts.map((account) => [account.accountId, account.environment]),
    ),
  };
  // The summary appears only when every file is there, so that a start that was cut off is made again.
  writeWhole(summaryFile(state), JSON.stringify(demo), { mode: 0o600 });
  return demo;
}

/** The organisation that an earlier start wrote, or null. */
export function readDemoOrganisation(state: StateDirectory): DemoOrganisation | null {
  const file = summaryFile(state);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemoOrganisation) : null;
}

function summaryFile(state: StateDirectory): string {
  return join(state.demo, `organisation-${DEMO_SEED}-${DEMO_LAST_DAY}.json`);
}
