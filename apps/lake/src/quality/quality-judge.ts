import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { LakeSettings } from '@counterfoil/config';
import {
  assessQuality,
  judgeFiles,
  parseFocusModel,
  parseTaxonomy,
  qualityOfScope,
  type Manifest,
  type ScopedLake,
  type Taxonomy,
  type VersionQuality,
} from '@counterfoil/costs';
import { InputError, PlatformError, type Signal } from '@counterfoil/core';
import type { OpenVersions } from '../open-versions.ts';

/** Judges how far the data can be relied on. */
export interface QualityJudge {
  /** The taxonomy that tags are read by. */
  readonly taxonomy: Taxonomy;
  /** Quality of a whole version, kept beside it; null where it could not be judged, which the log then says. */
  ofVersion(manifest: Manifest): Promise<VersionQuality | null>;
  /** The signals, each with the quality of the data of its own accounts. */
  ofSignals(
    manifest: Manifest,
    lake: ScopedLake,
    signals: readonly Signal[],
  ): Promise<readonly Signal[]>;
}

export interface QualityJudgeOptions {
  readonly settings: Pick<
    LakeSettings,
    'lakeDirectory' | 'memoryLimitMb' | 'focusModelFile' | 'taxonomy'
  >;
  readonly open: Pick<OpenVersions, 'with'>;
  readonly spillDirectory: string;
  readonly logger: Pick<Logger, 'warn'>;
}

const TIMEOUT_MS = 10 * 60_000;

/** Makes the judge; fails with `InputError` where the taxonomy or the requirement model is wrong. */
export function createQualityJudge(options: QualityJudgeOptions): QualityJudge {
  const { settings, open, spillDirectory, logger } = options;
  const taxonomy = parseTaxonomy(settings.taxonomy);
  const modelText = readModel(settings.focusModelFile);
  const model = modelText === null ? null : parseFocusModel(modelText);
  const kept = keptVerdicts(settings.lakeDirectory, [JSON.stringify(settings.taxonomy), modelText]);
  const judge = async (manifest: Manifest): Promise<VersionQuality> => {
    mkdirSync(spillDirectory, { recursive: true, mode: 0o700 });
    const conformance =
      model === null
        ? null
        : await judgeFiles({
            model,
            files: manifest.files,
            workDirectory: spillDirectory,
            memoryLimitMb: settings.memoryLimitMb,
          });
    return open.with(manifest.versionId, (version) =>
      assessQuality(version.scoped('all', TIMEOUT_MS), { manifest, taxonomy, conformance }),
    );
  };
  const ofVersion: QualityJudge['ofVersion'] = async (manifest) => {
    const known = kept.read(manifest.versionId);
    if (known !== null) return known;
    try {
      const quality = await judge(manifest);
      kept.write(manifest.versionId, quality);
      return quality;
    } catch (error) {
      // The version is published all the same; that its quality is not known is never taken for a yes.
      const code = error instanceof PlatformError ? error.code : 'QUALITY_FAILED';
      logger.warn({ code, err: error, versionId: manifest.versionId }, 'quality not judged');
      return null;
    }
  };
  return {
    taxonomy,
    ofVersion,
    ofSignals: async (manifest, lake, signals) => {
      if (signals.length === 0) return [];
      const version = await ofVersion(manifest);
      if (version === null) return signals;
      const byScope = new Map<string, ReturnType<typeof qualityOfScope>>();
      return Promise.all(
        signals.map(async (signal) => {
          const known = byScope.get(signal.dataVersion);
          const judged =
            known ?? qualityOfScope(lake.narrowed(signal.scopeAccounts), { taxonomy, version });
          byScope.set(signal.dataVersion, judged);
          return { ...signal, dataQuality: await judged };
        }),
      );
    },
  };
}

function readModel(file: string | undefined): string | null {
  if (file === undefined) return null;
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new InputError('FOCUS_MODEL_MISSING', `the requirement model ${file} cannot be read`, {
      cause,
      remedy: 'correct lake.focusModelFile in the configuration',
    });
  }
}

/** Verdicts kept on disk beside the versions, each with what it was judged by: another taxonomy or model makes it anew. */
function keptVerdicts(lakeDirectory: string, judgedBy: readonly (string | null | undefined)[]) {
  const directory = join(lakeDirectory, 'quality');
  const key = createHash('sha256').update(JSON.stringify(judgedBy)).digest('hex');
  const fileOf = (versionId: string) => join(directory, `${versionId}-${key.slice(0, 16)}.json`);
  return {
    read(versionId: string): VersionQuality | null {
      try {
        return JSON.parse(readFileSync(fileOf(versionId), 'utf8')) as VersionQuality;
      } catch {
        // Missing or cut off by a crash: it is made again.
        return null;
      }
    },
    write(versionId: string, quality: VersionQuality): void {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const file = fileOf(versionId);
      writeFileSync(`${file}.draft`, `${JSON.stringify(quality, null, 2)}\n`, { mode: 0o600 });
      renameSync(`${file}.draft`, file);
    },
  };
}
