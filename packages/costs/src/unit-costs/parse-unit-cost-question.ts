import {
  choiceOf,
  fieldsOf,
  problems as noProblems,
  refuseProblems,
  textsOf,
} from '../allocation/parsing.ts';
import { parseTaxonomy } from '../allocation/parse-taxonomy.ts';
import { EXTENT_FIELDS, parseExtent, type ExtentRequest } from '../allocation/period.ts';
import { readMetricRows } from './metric.ts';
import type { UnitCostRequest } from './unit-costs.ts';

/** A question for unit costs as it comes from outside. */
export interface UnitCostQuestion extends Omit<UnitCostRequest, 'extent'> {
  readonly extent: ExtentRequest;
}

/** Reads a request for `unit-costs`; `InputError` names every field that is wrong. */
export function parseUnitCostQuestion(input: unknown): UnitCostQuestion {
  const problems = noProblems();
  const known = [...EXTENT_FIELDS, 'taxonomy', 'metrics', 'granularity', 'metricEvery', 'services'];
  const fields = fieldsOf(input, 'request', { problems, known });
  const question = {
    granularity: choiceOf(fields.granularity, 'granularity', {
      problems,
      choices: ['month', 'week', 'day'],
    }),
    metricEvery: choiceOf(fields.metricEvery, 'metricEvery', {
      problems,
      choices: ['day', 'month'],
    }),
    services: textsOf(fields.services, 'services', { problems, countMax: 100 }),
  };
  refuseProblems(problems, 'REQUEST_MALFORMED', 'see `counterfoil unit-cost --help`');
  return {
    ...question,
    extent: parseExtent(fields),
    taxonomy: parseTaxonomy(fields.taxonomy),
    metrics: readMetricRows(fields.metrics),
  };
}
