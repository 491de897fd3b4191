import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { InputError, visibleText } from '@counterfoil/core';
import {
  parseFramework,
  type ClaimStatus,
  type EvidenceDocument,
  type Framework,
  type Period,
} from '@counterfoil/evidence';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import {
  checkEvidence,
  packFrom,
  writeEvidence,
  type EvidenceOrder,
} from '../evidence/evidence-folder.ts';
import { writePack } from '../evidence/write-pack.ts';
import { PROGRAM_ROOT } from '../up/processes.ts';
import { withOperator } from '../state/operator-session.ts';
import { readTrust } from '../state/trust-file.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { renderTable } from '../terminal/table.ts';
import { coloursOf, printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface EvidenceOptions extends PlaceOptions {
  readonly framework: string;
  readonly from: string;
  readonly to: string;
  readonly out: string;
  readonly pack?: string;
  readonly trust?: string;
  readonly json?: boolean;
}

/** `evidence`: what the record shows of a control framework, for an auditor. */
export function addEvidenceCommands(program: Command, context: CommandContext): void {
  const evidence = program
    .command('evidence')
    .description(
      'what the record shows of a control framework in a period, readable and checkable',
    );
  const build = evidence
    .command('build', { isDefault: true })
    .description(
      'write a folder with index.html to read, evidence.json with claims and proofs, and the pack that both are made of; exit code 1 if a claim is contradicted or not provable, 4 if the record is rejected',
    )
    .requiredOption('--framework <id>', `one of ${frameworkIds().join(', ')}`)
    .requiredOption('--from <day>', 'first day, such as 2026-01-01 (UTC)', dayOf)
    .requiredOption(
      '--to <day>',
      'first day that no longer counts, such as 2026-04-01 (UTC)',
      dayOf,
    )
    .requiredOption('--out <folder>', 'where to write it; must not be there yet')
    .option('--pack <file>', 'a pack from elsewhere, instead of the record of this installation')
    .option('--trust <file>', 'the trust file of that pack');
  withExamples(withJson(withPlaces(build)), [
    [
      'counterfoil evidence --framework soc2 --from 2026-01-01 --to 2026-04-01 --out q1',
      'the first quarter',
    ],
    [
      'counterfoil evidence --framework lgpd --from 2026-01-01 --to 2027-01-01 --out y --pack p.ndjson --trust t.json',
      'offline, from a pack',
    ],
  ]).action((options: EvidenceOptions) => buildEvidence(context, options));
  const check = evidence
    .command('check')
    .argument('<folder>', 'a folder that `counterfoil evidence` wrote')
    .requiredOption('--trust <file>', 'the trust file, got by another way than the folder')
    .description(
      'make the evidence again from its pack, offline, and compare it byte by byte; exit code 4 if anything differs',
    );
  withExamples(withJson(check), [
    ['counterfoil evidence check q1 --trust trust.json', 'for an auditor'],
  ]).action((folder: string, options: { readonly trust: string; readonly json?: boolean }) =>
    checkFolder(context, folder, options),
  );
}

const FRAMEWORKS = join(PROGRAM_ROOT, 'frameworks');

function frameworkIds(): readonly string[] {
  return readdirSync(FRAMEWORKS)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .toSorted();
}

function readFramework(id: string): Framework {
  if (frameworkIds().includes(id)) {
    const name = `${id}.yaml`;
    return parseFramework(`frameworks/${name}`, readFileSync(join(FRAMEWORKS, name), 'utf8'));
  }
  throw new InputError('FRAMEWORK_UNKNOWN', `"${visibleText(id)}" is no framework known here`, {
    remedy: `give one of ${frameworkIds().join(', ')}`,
  });
}

function dayOf(text: string): string {
  const atMs = Date.parse(`${text}T00:00:00Z`);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(atMs);
  if (isDay && new Date(atMs).toISOString().startsWith(text)) return new Date(atMs).toISOString();
  throw new InvalidArgumentError('write a day such as 2026-01-01');
}

async function buildEvidence(context: CommandContext, options: EvidenceOptions): Promise<void> {
  const { workingDirectory } = context;
  const { from, to, pack, trust: trustFile } = options;
  const framework = readFramework(options.framework);
  const folder = resolve(workingDirectory, options.out);
  const period: Period = { from, to };
  if ((pack === undefined) !== (trustFile === undefined)) {
    throw new InputError('OPTIONS_INCOMPLETE', '--pack and --trust go together', {
      remedy: 'give both for a pack from elsewhere, or neither',
    });
  }
  const write = async (order: Pick<EvidenceOrder, 'trust' | 'bringPack'>) =>
    present(context, options, await writeEvidence(folder, { framework, period, ...order }));
  if (pack !== undefined && trustFile !== undefined) {
    const trust = readTrust(resolve(workingDirectory, trustFile));
    return write({ trust, bringPack: packFrom(resolve(workingDirectory, pack)) });
  }
  await withOperator(context, options, ({ store, trust }) =>
    write({ trust, bringPack: (file) => writePack(store, file) }),
  );
}

function present(
  context: CommandContext,
  { out, json }: EvidenceOptions,
  document: EvidenceDocument,
): void {
  const { terminal, workingDirectory } = context;
  if (json === true) printJson(terminal, document);
  else printLine(terminal, `${describe(context, document)}\n\n${resolve(workingDirectory, out)}`);
  const isWeak = document.controls.some(({ status }) => WEAK.includes(status));
  if (isWeak) context.finish(EXIT.findings);
}

const WEAK: readonly ClaimStatus[] = ['contradicted', 'unprovable'];

function describe({ terminal }: CommandContext, document: EvidenceDocument): string {
  const colours = coloursOf(terminal);
  const table = renderTable(
    [{ title: 'CONTROL' }, { title: 'STATUS' }, { title: 'WHAT IT ASKS' }],
    document.controls.map(({ controlId, status, title }) => [
      controlId,
      status.replaceAll('_', ' '),
      title,
    ]),
  );
  const counts = `${document.entriesInPeriod} of ${document.size} entries in the period`;
  return `${colours.green('VERIFIED')}  ${document.framework.title}, ${counts}\n${table}`;
}

async function checkFolder(
  context: CommandContext,
  folder: string,
  options: { readonly trust: string; readonly json?: boolean },
): Promise<void> {
  const { terminal, workingDirectory } = context;
  const trust = readTrust(resolve(workingDirectory, options.trust));
  const { document, differences } = await checkEvidence(resolve(workingDirectory, folder), trust);
  if (options.json === true) printJson(terminal, { status: document.status, differences });
  else {
    const colours = coloursOf(terminal);
    const same =
      differences.length === 0
        ? colours.green('The folder says what its pack gives, byte by byte')
        : colours.red(`Not what the pack gives: ${visibleText(differences.join(', '))}`);
    printLine(terminal, `${describe(context, document)}\n\n${same}`);
  }
  if (differences.length > 0) context.finish(EXIT.integrity);
}
