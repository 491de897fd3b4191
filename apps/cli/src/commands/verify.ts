import { closeSync, createReadStream, existsSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { Command } from 'commander';
import { InputError, visibleText } from '@counterfoil/core';
import { verifyPack, type PackEffect, type PackReport } from '@counterfoil/guard';
import { readText, type CommandContext } from '../command-context.ts';
import { readTrust } from '../state/trust-file.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { startProgress } from '../terminal/progress.ts';
import { coloursOf, printJson, printLine } from '../terminal/terminal.ts';
import { count } from '../up/main-job.ts';
import { withExamples, withJson } from './options.ts';

interface VerifyOptions {
  readonly trust: string;
  readonly checkpoint?: string;
  readonly erased?: 'reject' | 'accept';
  readonly json?: boolean;
}

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** `verify`: needs a pack and a trust file, and nothing else: no state directory, no database, no network. */
export function addVerifyCommand(program: Command, context: CommandContext): void {
  const verify = program
    .command('verify')
    .argument('<pack>', 'evidence pack, as `counterfoil pack export` writes it')
    .requiredOption('--trust <file>', 'the trust file, got by another way than the pack')
    .option(
      '--checkpoint <file>',
      'a checkpoint that you kept: a pack that does not extend it is cut off or forked',
    )
    .option('--accept-erased', 'effects whose payloads were erased do not reject the pack')
    .description(
      'prove offline, with public keys alone, that each effect had its approval and that nobody edited the record; exit code 4 if not',
    );
  withExamples(withJson(verify), [
    ['counterfoil verify pack.ndjson --trust trust.json', 'for an auditor'],
    [
      'counterfoil verify pack.ndjson --trust trust.json --checkpoint last-year.txt',
      'nothing was cut off since',
    ],
  ]).action((pack: string, options: VerifyOptions & { acceptErased?: boolean }) =>
    verifyFile(context, pack, {
      ...options,
      erased: options.acceptErased === true ? 'accept' : 'reject',
    }),
  );
}

async function verifyFile(
  context: CommandContext,
  pack: string,
  options: VerifyOptions,
): Promise<void> {
  const { terminal, workingDirectory } = context;
  const path = resolve(workingDirectory, pack);
  const trust = readTrust(resolve(workingDirectory, options.trust));
  const minimum =
    options.checkpoint === undefined
      ? undefined
      : readText(resolve(workingDirectory, options.checkpoint));
  const progress = startProgress(terminal, 'Verifying');
  const report = await verifyPack(openPack(path), trust, {
    erased: options.erased ?? 'reject',
    ...(minimum === undefined ? {} : { minimumCheckpoint: minimum }),
  }).catch((error: unknown) => {
    progress.failed();
    throw error;
  });
  progress.done(`Read ${report.size} entries`);
  if (options.json === true) printJson(terminal, report);
  else printLine(terminal, describe(context, report));
  if (report.status === 'rejected') context.finish(EXIT.integrity);
}

function openPack(path: string) {
  if (!existsSync(path)) {
    throw new InputError('PACK_MISSING', `there is no file ${path}`, {
      remedy: 'check the path of the pack',
    });
  }
  const file = createReadStream(path);
  return isGzip(path) ? file.pipe(createGunzip()) : file;
}

function isGzip(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(2);
    readSync(file, start, 0, 2, 0);
    return start.equals(GZIP_MAGIC);
  } finally {
    closeSync(file);
  }
}

function describe({ terminal }: CommandContext, report: PackReport): string {
  const colours = coloursOf(terminal);
  const verdict =
    report.status === 'verified' ? colours.green('VERIFIED') : colours.red('REJECTED');
  return [
    `${verdict}  ${report.size} entries, root ${asInCheckpoints(report.rootHash)}`,
    ...describePolicies(report),
    count(report.effects.length, 'effect'),
    ...report.effects.map(describeEffect),
    ...(report.erasedPayloads === 0 ? [] : [`${report.erasedPayloads} payloads were erased`]),
    ...report.problems.map(({ code, index, note }) => {
      const place = index === undefined ? '' : ` at entry ${index}`;
      return colours.red(visibleText(`  ${code}${place}: ${note}`));
    }),
  ].join('\n');
}

/** Which policies were in effect, and by whose signatures: every decision in the pack was made by one of these. */
function describePolicies({ policies }: PackReport): readonly string[] {
  const activated = policies.changes.filter(({ activatedAtMs }) => activatedAtMs !== null);
  const changes = activated.map(({ bundleSha256, personId, approvedBy, activatedAtMs }) => {
    const at = new Date(activatedAtMs ?? 0).toISOString();
    const by = `proposed by ${personId}, approved by ${approvedBy.join(', ')}`;
    return visibleText(`  policies ${bundleSha256.slice(0, 12)} from ${at}: ${by}`);
  });
  const pinned = activated.length === 0 ? ', as the trust file pins them' : '';
  return [visibleText(`Policies ${policies.activeSha256.slice(0, 12)}${pinned}`), ...changes];
}

/** Base64, as checkpoints and every other output write a root hash, so that they can be compared by eye. */
function asInCheckpoints(rootHashHex: string): string {
  return Buffer.from(rootHashHex, 'hex').toString('base64');
}

function describeEffect({ kind, digest, status, approvedBy, decision }: PackEffect): string {
  const by =
    approvedBy.length === 0 ? (decision ?? 'unknown') : `approved by ${approvedBy.join(', ')}`;
  // A pack may come from anybody: what stands in it is shown to a terminal, never obeyed by it.
  return visibleText(`  ${kind ?? 'erased kind'}  ${status}  ${by}  ${digest}`);
}
