import type { Command } from 'commander';
import { readPattern } from '@counterfoil/core';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { withOperator } from '../state/operator-session.ts';
import { renderTable } from '../terminal/table.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface ChangeOptions extends PlaceOptions {
  readonly json?: boolean;
  readonly account: string;
  readonly kind?: string;
}

const CHANGE_ID = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{1,63}$/,
  remedy: 'give it as its system does, such as CHG0031889 or CHG-7',
};

/** `changes attach`, `detach` and `list`. */
export function addChangeCommands(program: Command, context: CommandContext): void {
  const changes = program
    .command('changes')
    .description('change records under which changes of the cloud are proposed');
  const attach = changes
    .command('attach')
    .argument('<change>', 'id of the change record')
    .requiredOption('--account <id>', 'the cloud account')
    .option('--kind <kind>', 'only for this kind of action, such as aws.ec2.stop_instances')
    .description(
      'propose under a change record from now on; the executor asks its system whether it is valid, each time',
    );
  withExamples(withJson(withPlaces(attach)), [
    ['counterfoil changes attach CHG0031889 --account 111122223333', ''],
  ]).action((changeId: string, options: ChangeOptions) =>
    attachChange(context, readPattern('change', changeId, CHANGE_ID), options),
  );
  const detach = changes
    .command('detach')
    .requiredOption('--account <id>', 'the cloud account')
    .option('--kind <kind>', 'the kind that it was attached for')
    .description('propose without it from now on; what was proposed keeps it');
  withExamples(withJson(withPlaces(detach)), [
    ['counterfoil changes detach --account 111122223333', ''],
  ]).action((options: ChangeOptions) => attachChange(context, null, options));
  const list = changes.command('list').description('the change records that are attached');
  withExamples(withJson(withPlaces(list)), [['counterfoil changes list --json', '']]).action(
    (options: PlaceOptions & { readonly json?: boolean }) => listChanges(context, options),
  );
}

async function attachChange(
  context: CommandContext,
  changeId: string | null,
  options: ChangeOptions,
): Promise<void> {
  const { terminal } = context;
  const { account } = options;
  const kind = options.kind ?? null;
  await withOperator(context, options, async ({ store }) => {
    await store.changeAttachments.attach({ account, kind }, changeId);
    const what = `${kind ?? 'every kind of change'} in ${account}`;
    if (options.json === true) printJson(terminal, { account, kind, changeId });
    else if (changeId === null) printLine(terminal, `Detached: ${what} is proposed without it.`);
    else printLine(terminal, `Attached: ${what} is proposed under ${changeId} from now on.`);
  });
}

async function listChanges(
  context: CommandContext,
  options: PlaceOptions & { readonly json?: boolean },
): Promise<void> {
  const { terminal } = context;
  await withOperator(context, options, async ({ store }) => {
    const attached = await store.changeAttachments.list();
    if (options.json === true) printJson(terminal, attached);
    else if (attached.length === 0) printLine(terminal, 'No change record is attached.');
    else {
      const rows = attached.map(({ account, kind, changeId, at }) => [
        ...[account, kind ?? 'every kind', changeId, at],
      ]);
      const titles = ['ACCOUNT', 'KIND', 'CHANGE', 'SINCE'];
      printLine(
        terminal,
        renderTable(
          titles.map((title) => ({ title })),
          rows,
        ),
      );
    }
  });
}
