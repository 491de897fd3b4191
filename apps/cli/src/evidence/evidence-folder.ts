import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, IntegrityError, visibleText, type JsonObject } from '@counterfoil/core';
import {
  assessFramework,
  readRecord,
  renderEvidenceHtml,
  type EvidenceDocument,
  type Framework,
  type Period,
} from '@counterfoil/evidence';
import { canonicalJson, verifyPack, type Trust } from '@counterfoil/guard';
import { writeWhole } from '../state/write-whole.ts';

const PACK_FILE = 'pack.ndjson';
const DOCUMENT_FILE = 'evidence.json';
const PAGE_FILE = 'index.html';
const OWNER_ONLY = 0o600;

/** What a folder of evidence is made of. */
export interface EvidenceOrder {
  readonly framework: Framework;
  readonly period: Period;
  readonly trust: Trust;
  /** Brings the pack to this path. */
  readonly bringPack: (file: string) => Promise<unknown>;
}

/**
 * Makes a folder with the pack, what it shows as data, and the same as a page. The folder appears whole or not at all; one that is
 * there is not written into.
 */
export async function writeEvidence(
  folder: string,
  order: EvidenceOrder,
): Promise<EvidenceDocument> {
  if (existsSync(folder)) {
    throw new InputError('FOLDER_EXISTS', `${folder} is there already`, {
      remedy: 'name another folder with --out; evidence is never written over',
    });
  }
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  try {
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    await order.bringPack(join(draft, PACK_FILE));
    const document = await assessPack(join(draft, PACK_FILE), order);
    writeWhole(join(draft, DOCUMENT_FILE), documentText(document), { mode: OWNER_ONLY });
    writeWhole(join(draft, PAGE_FILE), renderEvidenceHtml(document), { mode: OWNER_ONLY });
    renameSync(draft, folder);
    return document;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

/** A pack from elsewhere, for {@link EvidenceOrder.bringPack}. */
export function packFrom(source: string): EvidenceOrder['bringPack'] {
  return (file) =>
    copyFile(source, file).catch((cause: NodeJS.ErrnoException) => {
      throw new InputError('PACK_MISSING', `${source} cannot be read: ${cause.code}`, {
        cause,
        remedy: 'check the path of the pack; one that is compressed is to be unpacked first',
      });
    });
}

/** What the check of a folder found. */
export interface EvidenceCheck {
  readonly document: EvidenceDocument;
  /** Files and fields that are not what the pack gives. */
  readonly differences: readonly string[];
}

/** Makes the evidence of a folder again from its pack alone and compares it, byte by byte, with what lies there. */
export async function checkEvidence(folder: string, trust: Trust): Promise<EvidenceCheck> {
  const given = readDocument(folder);
  const framework: Framework = {
    ...given.framework,
    controls: given.controls.map(({ controlId, title, claims, beyond }) => ({
      id: controlId,
      title,
      claims: [...claims],
      beyond,
    })),
  };
  const order = { framework, period: given.period, trust };
  const document = await assessPack(join(folder, PACK_FILE), order);
  const extra = readdirSync(folder).filter(
    (name) => ![PACK_FILE, DOCUMENT_FILE, PAGE_FILE].includes(name),
  );
  return {
    document,
    differences: [
      ...differingFields(given, document).map((field) => `${DOCUMENT_FILE}: ${field}`),
      ...(readText(folder, PAGE_FILE) === renderEvidenceHtml(document) ? [] : [PAGE_FILE]),
      ...extra.map((name) => `${name}: no part of the evidence`),
    ],
  };
}

async function assessPack(
  file: string,
  { framework, period, trust }: Omit<EvidenceOrder, 'bringPack'>,
): Promise<EvidenceDocument> {
  const report = await verifyPack(createReadStream(file), trust, { erased: 'accept' });
  const [problem] = report.problems;
  if (report.status === 'rejected') {
    throw new IntegrityError(
      'PACK_REJECTED',
      `the record is rejected: ${visibleText(`${problem?.code}: ${problem?.note}`)}`,
      { remedy: '`counterfoil verify` lists all that is wrong with a pack' },
    );
  }
  const record = await readRecord(createReadStream(file));
  return assessFramework(framework, period, { record, report });
}

function documentText(document: EvidenceDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

function readDocument(folder: string): EvidenceDocument {
  const text = readText(folder, DOCUMENT_FILE);
  try {
    const document = JSON.parse(text) as Partial<EvidenceDocument>;
    if (document.v === 1 && document.framework && document.period && document.controls) {
      return document as EvidenceDocument;
    }
  } catch {
    // Said below, together with JSON that is something else.
  }
  throw new InputError('EVIDENCE_MALFORMED', `${join(folder, DOCUMENT_FILE)} is no evidence`, {
    remedy: 'give a folder that `counterfoil evidence` wrote',
  });
}

function readText(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch (cause) {
    throw new InputError('EVIDENCE_INCOMPLETE', `${folder} has no readable ${name}`, {
      cause,
      remedy: 'give the whole folder that `counterfoil evidence` wrote',
    });
  }
}

/** Names of the fields whose values are not the same. */
function differingFields(given: EvidenceDocument, made: EvidenceDocument): readonly string[] {
  const [left, right] = [given, made] as unknown as [JsonObject, JsonObject];
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].filter(
    (name) => canonicalJson(left[name] ?? null) !== canonicalJson(right[name] ?? null),
  );
}
