import type { DataQuality } from '@counterfoil/core';
import { tagCoverage, type CoverageAnswer } from '../allocation/coverage.ts';
import { extentOf } from '../allocation/period.ts';
import type { Taxonomy } from '../allocation/taxonomy.ts';
import { daysBetween, daysFrom } from '../analysis/days.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import type { Manifest } from '../versions/manifest.ts';
import type { FileConformance } from './judge-files.ts';

/** What lowers the quality of a version. */
export type QualityReasonCode =
  | 'TAG_COVERAGE_BELOW_GATE'
  | 'TAG_COVERAGE_NOT_KNOWN'
  | 'NOT_CONFORMANT'
  | 'CONFORMANCE_NOT_KNOWN'
  | 'ROWS_MISSING'
  | 'DAYS_MISSING'
  | 'NOT_RECONCILED';

/** Whether a version keeps to FOCUS; `unknown` where no model is named, or no file could be judged. */
export interface ConformanceQuality {
  readonly conformant: 'yes' | 'no' | 'unknown';
  /** The lowest score of its files, 0 to 1 with four decimals, rounded down. */
  readonly score: number | null;
  /** Least score that counts as conformant. */
  readonly scoreMin: number;
  readonly files: readonly FileConformance[];
}

/**
 * How far a version can be relied on, in a form that stands in the report of its ingest: the gate reads `tagCoveragePercent`,
 * `conformance.conformant` and `reconciled`, and what is unknown is never a yes.
 */
export interface VersionQuality {
  readonly v: 1;
  /** Whole percent of the spend that carries every required tag, rounded down, the worst currency; 0 where it is not known. */
  readonly tagCoveragePercent: number;
  readonly tagCoverage: Pick<
    CoverageAnswer,
    'queryId' | 'basis' | 'fromDate' | 'toDate' | 'requiredKeys' | 'gate' | 'gateOn' | 'gatePercent'
  >;
  readonly conformance: ConformanceQuality;
  readonly completeness: {
    /** Rows loaded of rows read, in percent with one decimal, rounded down. */
    readonly rowsPercent: number;
    /** Days of the newest unbroken history that hold no usage. */
    readonly daysMissing: readonly string[];
  };
  readonly reconciled: boolean;
  /** `lowered` where there is a reason: nothing then runs without being asked. */
  readonly verdict: 'good' | 'lowered';
  readonly reasons: readonly { readonly code: QualityReasonCode; readonly message: string }[];
}

export interface QualityRequest {
  readonly manifest: Pick<
    Manifest,
    'fromDate' | 'toDate' | 'basis' | 'rowsRead' | 'rowsLoaded' | 'reconciled'
  >;
  readonly taxonomy: Taxonomy;
  /** Verdicts on its files; null where no requirement model is named. */
  readonly conformance: readonly FileConformance[] | null;
}

/** MUST rules that a real, good file fails by defects of the published model itself are about two in a hundred. */
const SCORE_MIN = 0.95;
const DAYS_SHOWN_MAX = 60;
/** So many days without usage end a history, as for the detector: what lies before is a stray row, or another export. */
const GAP_DAYS_MIN = 7;
const ANYTHING = { month: null, fromDate: null, toDate: null, basis: null } as const;

/** Judges a version by tag coverage of its last whole month, FOCUS conformance, completeness and reconciliation. */
export async function assessQuality(
  lake: ScopedLake,
  { manifest, taxonomy, conformance }: QualityRequest,
): Promise<VersionQuality> {
  const coverage = await tagCoverage(lake, {
    extent: extentOf(ANYTHING, manifest),
    taxonomy,
    untaggedMax: 0,
  });
  const { queryId, basis, fromDate, toDate, requiredKeys, gate, gateOn, gatePercent } = coverage;
  const quality = {
    v: 1 as const,
    tagCoveragePercent: worstPercent(coverage),
    tagCoverage: { queryId, basis, fromDate, toDate, requiredKeys, gate, gateOn, gatePercent },
    conformance: conformanceOf(conformance),
    completeness: {
      rowsPercent: percentOf(manifest.rowsLoaded, manifest.rowsRead),
      daysMissing: (await daysMissing(lake)).slice(0, DAYS_SHOWN_MAX),
    },
    reconciled: manifest.reconciled,
  };
  const reasons = reasonsOf(quality);
  return { ...quality, verdict: reasons.length === 0 ? 'good' : 'lowered', reasons };
}

function worstPercent({ currencies, gateOn }: CoverageAnswer): number {
  const percents = currencies
    .filter(({ gate }) => gate !== 'no_data')
    .map(({ sum }) => (gateOn === 'tagged' ? sum.taggedPercent : sum.allocatedPercent) ?? 0);
  return percents.length === 0 ? 0 : Math.floor(Math.min(...percents));
}

function conformanceOf(files: readonly FileConformance[] | null): ConformanceQuality {
  const scores = (files ?? []).flatMap(({ score }) => (score === null ? [] : [score]));
  const judged = files !== null && files.length > 0 && scores.length === files.length;
  const score = scores.length === 0 ? null : Math.floor(Math.min(...scores) * 10_000) / 10_000;
  const below = score !== null && score < SCORE_MIN;
  return {
    conformant: below ? 'no' : judged ? 'yes' : 'unknown',
    score,
    scoreMin: SCORE_MIN,
    files: files ?? [],
  };
}

async function daysMissing(lake: ScopedLake): Promise<readonly string[]> {
  const rows = await lake.rows.rows({
    sql: `SELECT DISTINCT CAST(ChargePeriodStart AS DATE)::VARCHAR AS day FROM scoped
      WHERE ChargeCategory = 'Usage' ORDER BY day`,
    parameters: [],
  });
  const days = rows.map(([day]) => day ?? '');
  const gap = days.findLastIndex(
    (day, at) => at > 0 && daysBetween(days[at - 1] ?? day, day) > GAP_DAYS_MIN,
  );
  const history = days.slice(Math.max(0, gap));
  const known = new Set(history);
  return daysFrom(history[0] ?? '', history.at(-1) ?? '').filter((day) => !known.has(day));
}

function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.floor((1000 * part) / whole) / 10;
}

function reasonsOf(
  quality: Omit<VersionQuality, 'verdict' | 'reasons'>,
): VersionQuality['reasons'] {
  const { tagCoverage: tags, tagCoveragePercent, conformance, completeness, reconciled } = quality;
  const reasons: { readonly code: QualityReasonCode; readonly message: string }[] = [];
  const add = (code: QualityReasonCode, message: string) => reasons.push({ code, message });
  if (tags.gate === 'failed') {
    const by = tags.requiredKeys.length === 0 ? 'any tag' : tags.requiredKeys.join(', ');
    add(
      'TAG_COVERAGE_BELOW_GATE',
      `${tagCoveragePercent} % of the spend carries ${by}, under the gate of ${tags.gatePercent} %`,
    );
  }
  if (tags.gate === 'no_data') add('TAG_COVERAGE_NOT_KNOWN', 'no charge could carry a tag');
  if (conformance.conformant === 'no') {
    add(
      'NOT_CONFORMANT',
      `a file scores ${conformance.score} of the FOCUS rules that it must keep, under ${conformance.scoreMin}`,
    );
  }
  if (conformance.conformant === 'unknown') {
    add(
      'CONFORMANCE_NOT_KNOWN',
      conformance.files.find(({ reason }) => reason !== null)?.reason ??
        'no FOCUS requirement model is named: set lake.focusModelFile',
    );
  }
  if (completeness.rowsPercent < 100) {
    add('ROWS_MISSING', `${completeness.rowsPercent} % of the rows read could be loaded`);
  }
  if (completeness.daysMissing.length > 0) {
    add(
      'DAYS_MISSING',
      `${completeness.daysMissing.length} days between the first and the last one hold no usage`,
    );
  }
  if (!reconciled) add('NOT_RECONCILED', 'the totals differ from those of the files');
  return reasons;
}

/**
 * Quality of the data of one scope, as the gate reads it: tags of these accounts alone, and of the version what holds for all of it. The
 * days judged are the last whole month that the scope itself holds.
 */
export async function qualityOfScope(
  lake: ScopedLake,
  { taxonomy, version }: { readonly taxonomy: Taxonomy; readonly version: VersionQuality },
): Promise<DataQuality> {
  const { fromDate, toDate, basis } = lake.facts;
  const judged =
    fromDate === null || toDate === null
      ? 0
      : worstPercent(
          await tagCoverage(lake, {
            extent: extentOf(ANYTHING, { fromDate, toDate, basis }),
            taxonomy,
            untaggedMax: 0,
          }),
        );
  return {
    tagCoveragePercent: judged,
    conformant: version.conformance.conformant,
    reconciled: version.reconciled ? 'yes' : 'no',
  };
}
