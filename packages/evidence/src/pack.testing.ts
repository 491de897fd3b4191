import { createHash, createPrivateKey } from 'node:crypto';
import type { LogEntryDraft } from '@counterfoil/core';
import {
  canonicalJson,
  cosignNote,
  generateVerifierKeys,
  leafHash,
  PACK_FORMAT,
  rootOver,
  signCheckpoint,
  splitNote,
  verifyPack,
  writeEntry,
  type PackReport,
} from '@counterfoil/guard';
import { readRecord, type LogRecord } from './record.ts';

const ORIGIN = 'example.com/log';
const log = generateVerifierKeys(ORIGIN, 'log');
const witness = generateVerifierKeys('witness.example', 'witness');

/** An entry for a test: what it is, when, and by which role. */
export interface TestEntry extends Partial<LogEntryDraft> {
  readonly kind: LogEntryDraft['kind'];
  readonly at?: string;
  readonly actor?: string;
  readonly erased?: boolean;
}

/** The text of a pack of these entries, signed by a log and a witness of this test. */
export function packText(drafts: readonly TestEntry[]): string {
  const leaves = drafts.map(({ at, actor, erased, ...draft }, index) => {
    const salt = createHash('sha256').update(`salt ${index}`).digest();
    const whole = { caseId: null, facts: {}, ...draft };
    const written = writeEntry(whole, at ?? '2026-03-05T10:00:00.000Z', actor ?? 'cf_agent', salt);
    return erased === true ? { ...written, salt: null, payloadText: null } : written;
  });
  const rootHash = rootOver(leaves.map(({ entryText }) => leafHash(entryText)));
  const head = { origin: ORIGIN, size: leaves.length, rootHash };
  const signed = signCheckpoint(head, createPrivateKey(log.privateKeyPem));
  const cosigner = {
    name: 'witness.example',
    privateKey: createPrivateKey(witness.privateKeyPem),
  };
  const checkpoint = `${signed}${cosignNote(splitNote(signed).text, cosigner, 1_772_000_000)}\n`;
  const lines = leaves.map(({ entryText: entry, salt, payloadText: payload }) =>
    canonicalJson({ entry, salt, payload }),
  );
  return `${[canonicalJson({ format: PACK_FORMAT, checkpoint }), ...lines].join('\n')}\n`;
}

/** Whom the test's packs are trusted by: nobody may sign anything. */
export const trust = {
  v: 1,
  tenant: 'test',
  origin: ORIGIN,
  logVerifierKey: log.verifierKey,
  witnessVerifierKey: witness.verifierKey,
  policyBundleSha256: 'a'.repeat(64),
  approvers: [],
  enrolmentKeys: [],
} as const;

/** A pack, read and verified. */
export async function packOf(
  drafts: readonly TestEntry[],
): Promise<{ readonly record: LogRecord; readonly report: PackReport }> {
  const text = packText(drafts);
  const report = await verifyPack(text, trust, { erased: 'accept' });
  return { record: await readRecord(text), report };
}
