import type { Engine } from '../duck/engine.ts';
import type { Finding } from './finding.ts';

/** Days below which weekly habits cannot be told from change. */
const HISTORY_DAYS_MIN = 14;
/** Rows from which on "every row has the same tags" is no chance. */
const UNIFORM_ROWS_MIN = 50;

/** Traps in accounts, resources, tags, names and dates of the `facets`. */
export async function findLabelTraps(engine: Engine): Promise<readonly Finding[]> {
  return [
    ...(await resourceTraps(engine)),
    ...(await uniformTags(engine)),
    ...(await codedServiceNames(engine)),
    ...(await dateTraps(engine)),
  ];
}

async function resourceTraps(engine: Engine): Promise<readonly Finding[]> {
  const [row] =
    await engine.rows(`SELECT sum(n)::BIGINT, coalesce(sum(n_with_resource) FILTER (category = 'Usage'), 0)::BIGINT,
    coalesce(sum(n) FILTER (category = 'Usage'), 0)::BIGINT, sum(n_in_billing_account)::BIGINT FROM facets`);
  const [rows = 0, withResource = 0, usage = 0, filled = 0] = (row ?? []).map(Number);
  const findings: Finding[] = [];
  if (usage > 0 && withResource === 0) {
    findings.push({
      code: 'NO_RESOURCE_IDS',
      severity: 'warning',
      subject: null,
      message:
        'no usage row names a resource: causes can be found down to the usage type only, and no action can name a target',
      figures: { usageRows: usage, rowsWithResource: 0 },
    });
  }
  if (filled > 0 && filled < rows) {
    findings.push({
      code: 'SUB_ACCOUNT_FILLED',
      severity: 'info',
      subject: null,
      message:
        'rows stand in the billing account itself, by name or because they name no sub account',
      figures: { rows: filled, rowsAll: rows },
    });
  }
  return findings;
}

async function uniformTags(engine: Engine): Promise<readonly Finding[]> {
  const [row] = await engine.rows(
    `SELECT sum(n)::BIGINT, min(tag_keys_least), max(tag_keys_most) FROM facets`,
  );
  const [count, keys, last] = row ?? [];
  const rows = Number(count);
  // No key at all sorts first.
  if (!keys || keys !== last || rows < UNIFORM_ROWS_MIN) return [];
  return [
    {
      code: 'TAGS_UNIFORM',
      severity: 'info',
      subject: null,
      message: `every row carries the same tags (${keys}): tag coverage cannot be judged from these data`,
      figures: { rows, keys },
    },
  ];
}

async function codedServiceNames(engine: Engine): Promise<readonly Finding[]> {
  const [row] = await engine.rows(
    'SELECT sum(n_services)::BIGINT, sum(n_services_coded)::BIGINT, min(service_coded) FROM facets',
  );
  const [rows, coded, example] = row ?? [];
  if (Number(coded) * 2 <= Number(rows)) return [];
  return [
    {
      code: 'SERVICE_NAMES_ARE_CODES',
      severity: 'info',
      subject: null,
      message: `ServiceName holds product codes such as ${example} instead of names`,
      figures: { rows: Number(rows), rowsCoded: Number(coded), example: example ?? '' },
    },
  ];
}

async function dateTraps(engine: Engine): Promise<readonly Finding[]> {
  const [row] =
    await engine.rows(`SELECT sum(n)::BIGINT, sum(n_outside_period)::BIGINT, sum(n_reversed)::BIGINT,
    count(DISTINCT day), min(day)::VARCHAR, max(day)::VARCHAR FROM facets`);
  const [rows, outside, reversed, days, first, last] = row ?? [];
  const findings: Finding[] = [];
  if (Number(outside) > 0 || Number(reversed) > 0) {
    findings.push({
      code: 'ROW_DATES_OUTSIDE_PERIOD',
      severity: 'warning',
      subject: null,
      message: 'charges start outside their billing period, or end before they start',
      figures: { rows: Number(rows), rowsOutside: Number(outside), rowsReversed: Number(reversed) },
    });
  }
  if (Number(days) < HISTORY_DAYS_MIN) {
    findings.push({
      code: 'SHORT_HISTORY',
      severity: 'warning',
      subject: null,
      message: `${days} days of charges are too few to know what is usual: at least ${HISTORY_DAYS_MIN} are needed to detect changes`,
      figures: { days: Number(days), firstDay: first ?? null, lastDay: last ?? null },
    });
  }
  return findings;
}
