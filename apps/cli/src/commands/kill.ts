import type { Command } from 'commander';
import { InputError, visibleText, type KillState } from '@counterfoil/core';
import { checkKillLift, readKillState, signKillLift } from '@counterfoil/guard';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { withOperator, type OperatorSession } from '../state/operator-session.ts';
import { systemClock } from '../state/operator-store.ts';
import { findSigner } from '../state/signer.ts';
import { confirm } from '../terminal/ask.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { coloursOf, note, printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withKey, withPlaces } from './options.ts';

interface KillOptions extends PlaceOptions {
  readonly json?: boolean;
  readonly reason?: string;
  readonly comment?: string;
  readonly key?: string;
  readonly yes?: boolean;
}

/** `kill on`, `off` and `status`. */
export function addKillCommands(program: Command, context: CommandContext): void {
  const kill = program
    .command('kill')
    .description('the kill switch: stops every effect, everywhere, within a second');
  const on = kill
    .command('on')
    .requiredOption('--reason <text>', 'why; it is logged')
    .description('engage it now; needs no key, because stopping is always safe');
  withExamples(withJson(withPlaces(on)), [
    ['counterfoil kill on --reason "wrong accounts"', ''],
  ]).action((options: KillOptions) =>
    withOperator(context, options, (session) => engage(context, session, options)),
  );
  const signed = kill
    .command('off')
    .requiredOption('--comment <text>', 'why it is safe again; it is signed and logged');
  const off = withKey(signed)
    .option('--yes', 'do not ask')
    .description('lift every engaged kill with your signature; needs the role kill-lifter');
  withExamples(withJson(withPlaces(off)), [
    ['counterfoil kill off --comment "policy corrected"', ''],
  ]).action((options: KillOptions) =>
    withOperator(context, options, (session) => lift(context, session, options)),
  );
  const status = kill
    .command('status')
    .description('say whether it is engaged; exit code 1 if it is');
  withExamples(withJson(withPlaces(status)), [
    ['counterfoil kill status --json', 'for monitoring'],
  ]).action((options: KillOptions) =>
    withOperator(context, options, (session) => report(context, session, options)),
  );
}

async function stateOf({ store, registry }: OperatorSession): Promise<KillState> {
  return readKillState(await store.kills.read(), await registry());
}

async function engage(
  { terminal }: CommandContext,
  { store }: OperatorSession,
  { reason, json }: KillOptions,
): Promise<void> {
  const engaged = await store.kills.engage(reason ?? '');
  if (json === true) printJson(terminal, engaged);
  else
    printLine(
      terminal,
      coloursOf(terminal).red(`Engaged: no effect happens until ${engaged.killId} is lifted.`),
    );
}

async function lift(
  context: CommandContext,
  session: OperatorSession,
  options: KillOptions,
): Promise<void> {
  const { terminal, workingDirectory } = context;
  const before = await stateOf(session);
  if (before.status === 'off') {
    printLine(terminal, 'The kill switch is off already.');
    return;
  }
  const registry = await session.registry();
  const signer = findSigner({
    state: session.state,
    workingDirectory,
    keyFile: options.key,
    registry,
  });
  for (const { killId, reason, by, at } of before.kills)
    note(terminal, visibleText(`${killId}, engaged by ${by} at ${at}: ${reason}`));
  const sure = options.yes === true || (await confirm(terminal, `Lift as ${signer.personId}?`));
  if (!sure) {
    note(terminal, 'Nothing was signed.');
    return;
  }
  for (const { killId } of before.kills) {
    const { personId, keyId, privateKey } = signer;
    const liftedAt = new Date(systemClock.nowMs()).toISOString();
    const comment = (options.comment ?? '').normalize('NFC');
    const signed = signKillLift({ v: 1, killId, personId, keyId, liftedAt, comment }, privateKey);
    const check = checkKillLift(signed, killId, registry);
    if (check.type === 'invalid') throw new InputError(check.code, check.note);
    await session.store.kills.lift(killId, { ...signed, statement: { ...signed.statement } });
  }
  await report(context, session, options);
}

async function report(
  context: CommandContext,
  session: OperatorSession,
  { json }: KillOptions,
): Promise<void> {
  const { terminal } = context;
  const state = await stateOf(session);
  if (json === true) printJson(terminal, state);
  else printLine(terminal, describe(state));
  if (state.status === 'engaged') context.finish(EXIT.findings);
}

function describe(state: KillState): string {
  if (state.status === 'off') return 'The kill switch is off: effects may happen once approved.';
  const kills = state.kills.map(({ killId, by, at, reason }) =>
    visibleText(`  ${killId}  ${at}  ${by}: ${reason}`),
  );
  return ['The kill switch is engaged: no effect happens.', ...kills].join('\n');
}
