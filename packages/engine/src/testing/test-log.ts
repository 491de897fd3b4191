import { createPrivateKey } from 'node:crypto';
import {
  cosignNote,
  generateVerifierKeys,
  signCheckpoint,
  splitNote,
  type CheckpointKeys,
} from '@counterfoil/guard';
import { createMemoryFiles, type MemoryFiles, type MemoryLog } from '@counterfoil/testkit';
import { joinCosignature, rootHash, tilesToWrite } from '@counterfoil/tlog';

/** A real log over memory: real tiles, real signatures of a log and a witness. */
export interface TestLog {
  readonly keys: CheckpointKeys;
  readonly origin: string;
  readonly files: MemoryFiles;
  /** Integrates what waits and publishes a witnessed checkpoint, as the log process does. */
  publish(log: MemoryLog): Promise<void>;
}

const ORIGIN = 'example.com/log';

/** A log with fresh keys. */
export function createTestLog(): TestLog {
  const log = generateVerifierKeys(ORIGIN, 'log');
  const witness = generateVerifierKeys('witness.example', 'witness');
  const logKey = createPrivateKey(log.privateKeyPem);
  const witnessKey = createPrivateKey(witness.privateKeyPem);
  const keys = { logVerifierKey: log.verifierKey, witnessVerifierKey: witness.verifierKey };
  const files = createMemoryFiles();
  return {
    keys,
    origin: ORIGIN,
    files,
    async publish(memoryLog) {
      const added = memoryLog.integrate();
      if (added.length === 0) return;
      const fromSize = added[0]?.index ?? 0;
      const size = fromSize + added.length;
      const entryTexts = added.map((leaf) => leaf.entryText);
      for (const { path, bytes } of await tilesToWrite({ fromSize, entryTexts, reader: files })) {
        files.write(path, bytes);
      }
      const head = { origin: ORIGIN, size, rootHash: await rootHash(size, files) };
      const signed = signCheckpoint(head, logKey);
      const cosigner = { name: 'witness.example', privateKey: witnessKey };
      const line = cosignNote(splitNote(signed).text, cosigner, 1_772_000_000 + size);
      files.write('checkpoint', Buffer.from(joinCosignature(signed, line, keys)));
    },
  };
}
