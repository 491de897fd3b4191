import { resolve } from 'node:path';
import {
  InputError,
  type JsonObject,
  type PolicyChangeStatement,
  type RecordedPolicyAct,
} from '@counterfoil/core';
import {
  POLICY_APPROVALS_MIN,
  signPolicyChange,
  takePolicyAct,
  type SignedPolicyChange,
} from '@counterfoil/guard';
import { readBundle } from '@counterfoil/policy';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { newId, systemClock } from '../state/operator-store.ts';
import { withOperator, type OperatorSession } from '../state/operator-session.ts';
import { findSigner } from '../state/signer.ts';
import { confirm } from '../terminal/ask.ts';
import { note, printJson, printLine } from '../terminal/terminal.ts';
import { installedPolicies, type InstalledPolicies } from './installed-policies.ts';

/** What the commands that change policies are told. */
export interface ChangeOptions extends PlaceOptions {
  readonly json?: boolean;
  readonly key?: string;
  readonly yes?: boolean;
  readonly comment?: string;
  /** Days after which the change can no longer be approved or put into effect. */
  readonly days?: number;
}

const DAY_MS = 86_400_000;

/** `policy propose`: records a bundle with its author's signature. Nothing changes yet. */
export async function proposeChange(
  context: CommandContext,
  directory: string,
  options: ChangeOptions,
): Promise<void> {
  const { files, bundle } = readBundle(resolve(context.workingDirectory, directory));
  await withOperator(context, options, async (session) => {
    const kept = await installedPolicies(session);
    if (bundle.sha256 === kept.bundle.sha256) {
      throw new InputError('POLICY_UNCHANGED', 'these policies are in effect already', {
        remedy: 'change a rule first; `counterfoil policy diff` shows what a change does',
      });
    }
    const nowMs = systemClock.nowMs();
    const statement = {
      act: 'propose',
      changeId: newId('policy'),
      bundleSha256: bundle.sha256,
      replacesSha256: kept.bundle.sha256,
      expiresAt: new Date(nowMs + (options.days ?? 7) * DAY_MS).toISOString(),
    } as const;
    const signed = await sign(context, session, { statement, options });
    if (!signed) return;
    requireHolds(kept, await actOf(session, signed, 'proposed'));
    await session.store.policies.propose(statement.changeId, asJson(signed), files);
    const { changeId, bundleSha256, expiresAt } = statement;
    if (options.json === true) printJson(context.terminal, { changeId, bundleSha256, expiresAt });
    else {
      printLine(context.terminal, `Proposed as ${changeId}, until ${expiresAt}.`);
      printLine(
        context.terminal,
        `${POLICY_APPROVALS_MIN} other people with the role policy-approver: counterfoil policy approve ${changeId}`,
      );
    }
  });
}

/** `policy approve`: signs exactly what was proposed. */
export async function approveChange(
  context: CommandContext,
  changeId: string,
  options: ChangeOptions,
): Promise<void> {
  await withOperator(context, options, async (session) => {
    const kept = await installedPolicies(session);
    const { bundleSha256, replacesSha256, expiresAt } = findChange(kept, changeId);
    const statement = {
      act: 'approve',
      changeId,
      bundleSha256,
      replacesSha256,
      expiresAt,
    } as const;
    const signed = await sign(context, session, { statement, options });
    if (!signed) return;
    const next = requireHolds(kept, await actOf(session, signed, 'approved'));
    await session.store.policies.approve(changeId, asJson(signed));
    const approvedBy = next.changes.find((one) => one.changeId === changeId)?.approvedBy ?? [];
    if (options.json === true) printJson(context.terminal, { changeId, approvedBy });
    else {
      const missing = POLICY_APPROVALS_MIN - approvedBy.length;
      printLine(
        context.terminal,
        missing > 0
          ? `Approved by ${approvedBy.join(', ')}; ${missing} more must approve.`
          : `Approved by ${approvedBy.join(', ')}: counterfoil policy activate ${changeId}`,
      );
    }
  });
}

/** `policy activate`: puts an approved change into effect. Needs no key: the approvals are the authority. */
export async function activateChange(
  context: CommandContext,
  changeId: string,
  options: ChangeOptions,
): Promise<void> {
  await withOperator(context, options, async (session) => {
    const kept = await installedPolicies(session);
    const { bundleSha256, personId } = findChange(kept, changeId);
    const atMs = systemClock.nowMs();
    requireHolds(kept, {
      registry: await session.registry(),
      act: { type: 'activated', changeId, atMs },
    });
    await session.store.policies.activate(changeId);
    if (options.json === true) printJson(context.terminal, { changeId, bundleSha256 });
    else {
      printLine(context.terminal, `In effect: ${bundleSha256}`);
      printLine(
        context.terminal,
        `What was proposed under the policies before is refused; ${personId}, who wrote these, approves no action for 24 hours.`,
      );
    }
  });
}

function findChange({ history }: InstalledPolicies, changeId: string) {
  const change = history.changes.find((one) => one.changeId === changeId);
  if (change) return change;
  throw new InputError('CHANGE_UNKNOWN', `no change of the policies is called ${changeId}`, {
    remedy: '`counterfoil policy status` lists them',
  });
}

type Unsigned = Pick<
  PolicyChangeStatement,
  'act' | 'changeId' | 'bundleSha256' | 'replacesSha256' | 'expiresAt'
>;

async function sign(
  context: CommandContext,
  session: OperatorSession,
  given: { readonly statement: Unsigned; readonly options: ChangeOptions },
): Promise<SignedPolicyChange | null> {
  const { terminal, workingDirectory } = context;
  const { statement, options } = given;
  const registry = await session.registry();
  const signer = findSigner({
    state: session.state,
    workingDirectory,
    keyFile: options.key,
    registry,
  });
  note(terminal, `You sign as ${signer.personId}: ${statement.act} ${statement.changeId}`);
  note(terminal, `  new policies  ${statement.bundleSha256}`);
  note(terminal, `  in place of   ${statement.replacesSha256}`);
  note(terminal, `  until         ${statement.expiresAt}`);
  if (options.yes !== true && !(await confirm(terminal, 'Sign exactly this?'))) {
    note(terminal, 'Nothing was signed.');
    return null;
  }
  const { personId, keyId, privateKey } = signer;
  const signedAt = new Date(systemClock.nowMs()).toISOString();
  const comment = (options.comment ?? '').normalize('NFC');
  return signPolicyChange({ v: 1, ...statement, personId, keyId, signedAt, comment }, privateKey);
}

async function actOf(
  session: OperatorSession,
  signed: SignedPolicyChange,
  type: 'proposed' | 'approved',
) {
  const act: RecordedPolicyAct = { type, signed, atMs: systemClock.nowMs() };
  return { registry: await session.registry(), act };
}

/** The history with the act, or an error that says why it would not hold: nothing that does not is recorded. */
function requireHolds(
  { history }: InstalledPolicies,
  given: {
    readonly registry: Awaited<ReturnType<OperatorSession['registry']>>;
    readonly act: RecordedPolicyAct;
  },
) {
  const next = takePolicyAct(history, given.act, given.registry);
  if ('activeSha256' in next) return next;
  throw new InputError(next.code, next.note, {
    remedy:
      'docs/policy.md says who may do what; `counterfoil policy status` shows where it stands',
  });
}

function asJson(signed: SignedPolicyChange): JsonObject {
  return JSON.parse(JSON.stringify(signed)) as JsonObject;
}
