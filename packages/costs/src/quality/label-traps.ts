import type { Engine } from '../duck/engine.ts';
import type { Finding } from './finding.ts';

/** Days below which weekly habits cannot be told from change. */
const HISTORY_DAYS_MIN = 14;
/** Rows from which on "every row has the same tags" is no chance. */
const UNIFORM_ROWS_MIN = 50;
const UNIFORM_SAMPLE_ROWS = 2_000;

/** Traps in accounts, resources, tags, names and dates of the `charges` view. */
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
    await engine.rows(`SELECT count(*), count(ResourceId) FILTER (ChargeCategory = 'Usage'),
    count(*) FILTER (ChargeCategory = 'Usage'), count(*) FILTER (SubAccountId = BillingAccountId) FROM charges`);
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
  // Most bills show in their first rows that they are not uniform; only the others are read to the end.
  if ((await uniformTagKeys(engine, `(FROM charges LIMIT ${UNIFORM_SAMPLE_ROWS})`)) === null)
    return [];
  const found = await uniformTagKeys(engine, 'charges');
  if (found === null || found.rows < UNIFORM_ROWS_MIN) return [];
  const { rows, keys } = found;
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

/** The tag keys that every row of the relation carries, and no other; null where rows differ or carry none. */
async function uniformTagKeys(engine: Engine, relationSql: string) {
  const [row] =
    await engine.rows(`SELECT count(*), count(DISTINCT keys), any_value(keys), count(*) FILTER (keys = '')
    FROM (SELECT coalesce(array_to_string(list_sort(map_keys(Tags)), ', '), '') AS keys FROM ${relationSql})`);
  const [rows, kinds, keys, untagged] = row ?? [];
  return Number(kinds) === 1 && Number(untagged) === 0
    ? { rows: Number(rows), keys: keys ?? '' }
    : null;
}

async function codedServiceNames(engine: Engine): Promise<readonly Finding[]> {
  const [row] =
    await engine.rows(`SELECT count(*), count(*) FILTER (coded), min(ServiceName) FILTER (coded)
    FROM (SELECT ServiceName, regexp_full_match(ServiceName, '(Amazon|AWS)[A-Z][A-Za-z0-9]+') AS coded FROM charges WHERE ServiceName IS NOT NULL)`);
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
    await engine.rows(`SELECT count(*), count(*) FILTER (ChargePeriodStart < BillingPeriodStart OR ChargePeriodStart >= BillingPeriodEnd),
    count(*) FILTER (ChargePeriodEnd <= ChargePeriodStart),
    count(DISTINCT CAST(ChargePeriodStart AS DATE)), CAST(min(ChargePeriodStart) AS DATE)::VARCHAR, CAST(max(ChargePeriodStart) AS DATE)::VARCHAR FROM charges`);
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
