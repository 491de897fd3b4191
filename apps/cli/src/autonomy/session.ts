import { autonomySettingsOf, reportAutonomy, type AutonomyReport } from '@counterfoil/policy';
import { loadConfiguration, type CommandContext, type PlaceOptions } from '../command-context.ts';
import type { OperatorSession } from '../state/operator-session.ts';
import { systemClock } from '../state/operator-store.ts';
import { findSigner, type Signer } from '../state/signer.ts';
import { confirm } from '../terminal/ask.ts';
import { note } from '../terminal/terminal.ts';

/** What the commands about autonomy are told. */
export interface AutonomyOptions extends PlaceOptions {
  readonly json?: boolean;
  readonly key?: string;
  readonly yes?: boolean;
  readonly comment?: string;
}

/** Reads every level and what it rests upon as the executor does, by the settings that a restart would give it. */
export async function readReport(
  context: CommandContext,
  options: PlaceOptions,
  session: OperatorSession,
): Promise<AutonomyReport> {
  return reportAutonomy(
    { store: session.store.autonomy, settings: settingsOf(context, options), clock: systemClock },
    await session.registry(),
  );
}

/** What is configured of autonomy. */
export function settingsOf(context: CommandContext, options: PlaceOptions) {
  return autonomySettingsOf(loadConfiguration(context, options).configuration.policy.autonomy);
}

/** Who signs and when, as every statement says it. */
export interface Signing extends Signer {
  readonly fields: {
    readonly v: 1;
    readonly personId: string;
    readonly keyId: string;
    readonly signedAt: string;
    readonly comment: string;
  };
}

/** Shows what is to be signed, asks, and answers who signs; null where they would not. */
export async function askToSign(
  context: CommandContext,
  session: OperatorSession,
  { options, shown }: { readonly options: AutonomyOptions; readonly shown: readonly string[] },
): Promise<Signing | null> {
  const { terminal, workingDirectory } = context;
  const signer = findSigner({
    state: session.state,
    workingDirectory,
    keyFile: options.key,
    registry: await session.registry(),
  });
  const { personId, keyId } = signer;
  for (const line of [`You sign as ${personId}:`, ...shown]) note(terminal, line);
  if (options.yes !== true && !(await confirm(terminal, 'Sign exactly this?'))) {
    note(terminal, 'Nothing was signed.');
    return null;
  }
  const signedAt = new Date(systemClock.nowMs()).toISOString();
  const comment = (options.comment ?? '').normalize('NFC');
  return { ...signer, fields: { v: 1, personId, keyId, signedAt, comment } };
}
