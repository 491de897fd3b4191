import { InputError } from '@counterfoil/core';
import { parseCsv } from '../unit-costs/csv.ts';

/** One row of a FOCUS Contract Commitment dataset (1.3 and 1.4), as far as it is used. Dates are ISO days in UTC. */
export interface ContractCommitment {
  readonly contractCommitmentId: string;
  readonly contractId: string | null;
  readonly type: string | null;
  readonly category: string | null;
  readonly description: string | null;
  /** Plain decimal; null where the contract names none. */
  readonly cost: string | null;
  readonly billingCurrency: string | null;
  readonly periodStartDate: string | null;
  /** First day after the term. */
  readonly periodEndDate: string;
}

const ROWS_MAX = 5_000;
const PROBLEMS_SHOWN_MAX = 10;
const DECIMAL = /^-?\d{1,20}(\.\d{1,18})?$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Reads the text of a Contract Commitment file (CSV): a side table of the lake, never charges. Fails with one `InputError` that names
 * the file and every line that is wrong; a file of charges is told as such.
 */
export function parseContractCommitments(
  text: string,
  fileName: string,
): readonly ContractCommitment[] {
  const [header = [], ...records] = parseCsv(text.replace(/^\uFEFF/, ''));
  const columns = new Map(header.map((name, at) => [name.trim().toLowerCase(), at]));
  refuseOtherDatasets(columns, fileName);
  const problems: string[] = [];
  if (records.length > ROWS_MAX) problems.push(`more than ${ROWS_MAX} rows`);
  const rows = records.slice(0, ROWS_MAX).flatMap((cells, at): readonly ContractCommitment[] => {
    const cell = (name: string) => {
      const value = (cells[columns.get(name.toLowerCase()) ?? -1] ?? '').trim();
      return value === '' || /^null$/i.test(value) ? null : value;
    };
    const read = rowOf(cell);
    if (typeof read !== 'string') return [read];
    problems.push(`line ${at + 2}: ${read}`);
    return [];
  });
  if (problems.length === 0) return rows;
  const shown = problems.slice(0, PROBLEMS_SHOWN_MAX);
  const more = problems.length - shown.length;
  throw new InputError(
    'CONTRACTS_MALFORMED',
    [`${fileName}:`, ...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
    { remedy: 'export the Contract Commitment dataset again, as CSV' },
  );
}

function refuseOtherDatasets(columns: ReadonlyMap<string, number>, fileName: string): void {
  const missing = ['ContractCommitmentId', 'ContractCommitmentPeriodEnd'].filter(
    (name) => !columns.has(name.toLowerCase()),
  );
  if (missing.length === 0) return;
  const isCharges = columns.has('billedcost') || columns.has('chargecategory');
  throw new InputError(
    'DATASET_OTHER',
    `${fileName} ${isCharges ? 'is a dataset of charges' : `lacks ${missing.join(' and ')}`}`,
    {
      remedy: isCharges
        ? 'give it to `counterfoil ingest`'
        : 'give a FOCUS Contract Commitment dataset, with its header row',
    },
  );
}

function rowOf(cell: (name: string) => string | null): ContractCommitment | string {
  const contractCommitmentId = cell('ContractCommitmentId');
  const periodEndDate = dayOf(cell('ContractCommitmentPeriodEnd'));
  const cost = cell('ContractCommitmentCost');
  if (contractCommitmentId === null) return 'ContractCommitmentId is missing';
  if (periodEndDate === null) return 'ContractCommitmentPeriodEnd is no date and time';
  if (cost !== null && !DECIMAL.test(cost)) return 'ContractCommitmentCost is no plain number';
  return {
    contractCommitmentId,
    contractId: cell('ContractId'),
    type: cell('ContractCommitmentType'),
    category: cell('ContractCommitmentCategory'),
    description: cell('ContractCommitmentDescription'),
    cost,
    billingCurrency: cell('BillingCurrency'),
    periodStartDate: dayOf(cell('ContractCommitmentPeriodStart')),
    periodEndDate,
  };
}

/** The UTC day of an instant; one without a zone is taken as UTC. */
function dayOf(text: string | null): string | null {
  const match = text === null ? null : INSTANT.exec(text);
  if (match === null || text === null) return null;
  const [, day = '', time = 'T00:00:00', , , zone] = match;
  const instant = new Date(`${day}${time.replace(' ', 'T')}${zone === undefined ? 'Z' : ''}`);
  return Number.isNaN(instant.getTime()) ? null : instant.toISOString().slice(0, 10);
}

/** Reads the rows of a request from outside as {@link parseContractCommitments} gave them. */
export function readContractRows(input: unknown): readonly ContractCommitment[] {
  const rows: readonly unknown[] = Array.isArray(input) ? input : [null];
  const textOrNull = (value: unknown) => value === null || typeof value === 'string';
  const isRow = (value: unknown): value is ContractCommitment => {
    if (typeof value !== 'object' || value === null) return false;
    const row = value as Record<keyof ContractCommitment, unknown>;
    const { contractCommitmentId, periodEndDate, cost, ...others } = row;
    return (
      typeof contractCommitmentId === 'string' &&
      typeof periodEndDate === 'string' &&
      dayOf(periodEndDate) === periodEndDate &&
      (cost === null || (typeof cost === 'string' && DECIMAL.test(cost))) &&
      Object.values(others).every(textOrNull)
    );
  };
  if (rows.length <= ROWS_MAX && rows.every(isRow)) return rows;
  throw new InputError('CONTRACTS_MALFORMED', `contracts must be at most ${ROWS_MAX} rows`, {
    remedy: 'run the same release of every process',
  });
}
