import { join } from 'node:path';
import type { Configuration } from '@counterfoil/config';
import { ROLES } from '@counterfoil/store';
import type { LoadedConfiguration } from '../command-context.ts';
import { ensureInstallationRecord } from '../state/installation-file.ts';
import { ensureLogKeys, type VerifierKeyTexts } from '../state/log-keys.ts';
import { ensurePinnedPolicies } from '../state/pinned-policies.ts';
import { ensureSecrets, type InstallationSecrets } from '../state/secrets.ts';
import type { StateDirectory } from '../state/state-directory.ts';
import { PROGRAM_ROOT } from './processes.ts';
import { ensureTrust, type EnrolmentLink } from '../state/trust-file.ts';

/** An installation on disk: directory, secrets, keys and trust file. Making it again changes nothing. */
export interface Installation {
  readonly state: StateDirectory;
  readonly configuration: Configuration;
  readonly secrets: InstallationSecrets;
  readonly verifierKeys: VerifierKeyTexts;
  readonly links: readonly EnrolmentLink[];
}

/** Makes what is missing of an installation in a prepared state directory. */
export function ensureInstallation(
  state: StateDirectory,
  { configuration, file }: LoadedConfiguration,
  options: { readonly mode: 'demo' | 'live'; readonly nowMs: number },
): Installation {
  ensureInstallationRecord(state.installationFile, {
    mode: options.mode,
    tenant: configuration.tenant,
  });
  const secrets = ensureSecrets(state.secretsFile, ROLES);
  const verifierKeys = ensureLogKeys(state, configuration.tenant, options.nowMs);
  const { links } = ensureTrust({
    state,
    configuration,
    configurationFile: file,
    verifierKeys,
    policyBundleSha256: ensurePinnedPolicies(state, join(PROGRAM_ROOT, 'policies')),
    operator: options.mode === 'demo' ? 'added' : 'absent',
    nowMs: options.nowMs,
  });
  return { state, configuration, secrets, verifierKeys, links };
}
