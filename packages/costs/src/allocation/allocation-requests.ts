import { InputError } from '@counterfoil/core';
import { readMetricRows, type MetricRow } from '../unit-costs/metric.ts';
import {
  fieldsOf,
  problems as noProblems,
  refuseProblems,
  textOf,
  textsOf,
  type Fields,
} from './parsing.ts';
import { parseTaxonomy } from './parse-taxonomy.ts';
import { EXTENT_FIELDS, parseExtent, type ExtentRequest } from './period.ts';
import { taxonomyOfKeys, type Taxonomy } from './taxonomy.ts';

/** A question about allocation, as it comes from outside; what is left out has a default. */
export interface AllocationQuestion {
  readonly extent: ExtentRequest;
  readonly taxonomy: Taxonomy;
}

/** A question for tag coverage. */
export interface CoverageQuestion extends AllocationQuestion {
  readonly untaggedMax: number;
}

/** A question for showback. */
export interface ShowbackQuestion extends AllocationQuestion {
  /** Null for the first key of the taxonomy, or else the account. */
  readonly by: string | null;
  readonly metrics: readonly MetricRow[];
}

const COMMON_FIELDS = [...EXTENT_FIELDS, 'taxonomy', 'keys'];
const UNTAGGED_DEFAULT = 20;
const UNTAGGED_MAX = 1_000;
const REMEDY = 'see the --help of the command';

/** Reads a request for `allocation/coverage`; `InputError` names the field that is wrong. */
export function parseCoverageQuestion(input: unknown): CoverageQuestion {
  const fields = known(input, [...COMMON_FIELDS, 'gatePercent', 'untaggedMax']);
  const { gatePercent, untaggedMax = UNTAGGED_DEFAULT } = fields;
  const inBounds = (value: unknown, max: number): value is number =>
    typeof value === 'number' && value >= 0 && value <= max;
  if (gatePercent !== undefined && !inBounds(gatePercent, 100)) {
    throw malformed('gatePercent must be a number from 0 to 100');
  }
  if (!inBounds(untaggedMax, UNTAGGED_MAX)) {
    throw malformed(`untaggedMax must be a number from 0 to ${UNTAGGED_MAX}`);
  }
  const { extent, taxonomy } = commonOf(fields);
  return {
    extent,
    taxonomy: gatePercent === undefined ? taxonomy : { ...taxonomy, gatePercent },
    untaggedMax,
  };
}

/** Reads a request for `allocation/taxonomy`. */
export function parseSuggestQuestion(input: unknown): AllocationQuestion {
  return commonOf(known(input, COMMON_FIELDS));
}

/** Reads a request for `allocation/showback`. */
export function parseShowbackQuestion(input: unknown): ShowbackQuestion {
  const fields = known(input, [...COMMON_FIELDS, 'by', 'metrics']);
  const { by, metrics } = fields;
  if (by !== undefined && (typeof by !== 'string' || by === '' || by.length > 256)) {
    throw malformed('by must be a tag key, or account');
  }
  return {
    ...commonOf(fields),
    by: by ?? null,
    metrics: metrics === undefined ? [] : readMetricRows(metrics),
  };
}

function commonOf(fields: Fields): AllocationQuestion {
  const problems = noProblems();
  const keys = textsOf(fields.keys, 'keys', { problems, countMax: 50 });
  for (const [at, key] of keys.entries())
    textOf(key, `keys[${at}]`, { problems, charactersMax: 128 });
  refuseProblems(problems, 'REQUEST_MALFORMED', REMEDY);
  const taxonomy = parseTaxonomy(fields.taxonomy);
  return {
    extent: parseExtent(fields),
    taxonomy: keys.length === 0 ? taxonomy : taxonomyOfKeys(keys, taxonomy),
  };
}

function known(input: unknown, names: readonly string[]): Fields {
  const problems = noProblems();
  const fields = fieldsOf(input, 'request', { problems, known: names });
  refuseProblems(problems, 'REQUEST_MALFORMED', REMEDY);
  return fields;
}

function malformed(message: string): InputError {
  return new InputError('REQUEST_MALFORMED', message, { remedy: REMEDY });
}
