import {
  InputError,
  PermissionError,
  PlatformError,
  UpstreamError,
  type ChangeRecord,
  type ChangeRecords,
} from '@counterfoil/core';
import { z } from 'zod';

/** How ServiceNow is reached, and where its change requests say what they cover. */
export interface ServiceNowSettings {
  /** Address of the instance, e.g. `https://example.service-now.com`. */
  readonly instance: string;
  readonly user: string;
  readonly password: string;
  /** Column with the accounts that a change covers, separated by commas or spaces, e.g. `u_cloud_accounts`. */
  readonly accountsField: string;
  /** Column with the targets; without it a change covers every target in its accounts. */
  readonly targetsField?: string | undefined;
}

const TIMEOUT_MS = 15_000;
const CHANGE_ID = /^CHG\d{4,12}$/;
/** The states of a change request as a new instance has them: -5 New to 0 Review, 3 Closed, 4 Canceled. */
const STATE_NAMES: Readonly<Record<string, string>> = {
  ...{ '-5': 'New', '-4': 'Assess', '-3': 'Authorize', '-2': 'Scheduled', '-1': 'Implement' },
  ...{ '0': 'Review', '3': 'Closed', '4': 'Canceled' },
};
const IMPLEMENT = '-1';
const OVER = ['0', '3', '4'];
/** The risks of a change request as a new instance has them. */
const RISKS: Readonly<Record<string, ChangeRecord['risk']>> = {
  2: 'high',
  3: 'moderate',
  4: 'low',
};

/** With `sysparm_display_value=false` the Table API answers with every scalar as text, and times in UTC. */
const answerShape = z.object({ result: z.array(z.record(z.string(), z.unknown())) });

/** ServiceNow's change requests, by the Table API; one GET per reading, no retry inside. */
export function serviceNowChanges(settings: ServiceNowSettings): ChangeRecords {
  return {
    async find(changeId) {
      // The number goes into an encoded query, in which ^ joins conditions: only what is a number gets there.
      if (!CHANGE_ID.test(changeId)) return null;
      const rows = await readRows(settings, changeId);
      const [row, ...more] = rows.filter((one) => one['number'] === changeId);
      if (!row) return null;
      if (more.length > 0) {
        throw new UpstreamError('AMBIGUOUS', `ServiceNow holds several changes ${changeId}`);
      }
      return recordOf(changeId, row, settings);
    },
  };
}

type Row = Readonly<Record<string, unknown>>;

async function readRows(settings: ServiceNowSettings, changeId: string): Promise<readonly Row[]> {
  const { accountsField, targetsField } = settings;
  const url = new URL('/api/now/table/change_request', settings.instance);
  const fields = ['number', 'state', 'approval', 'on_hold', 'start_date', 'end_date', 'risk'];
  const own = [accountsField, ...(targetsField === undefined ? [] : [targetsField])];
  url.search = new URLSearchParams({
    sysparm_query: `number=${changeId}`,
    sysparm_fields: [...fields, ...own].join(','),
    sysparm_display_value: 'false',
    sysparm_exclude_reference_link: 'true',
    sysparm_limit: '2',
  }).toString();
  try {
    const credentials = Buffer.from(`${settings.user}:${settings.password}`).toString('base64');
    const response = await fetch(url, {
      headers: { accept: 'application/json', authorization: `Basic ${credentials}` },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    // The Table API answers 404 where a query finds nothing.
    if (response.status === 404) return [];
    if (!response.ok) throw refusal(response.status);
    return answerShape.parse(await response.json()).result;
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    const [code, problem] = isLate
      ? (['TIMEOUT', `did not answer in ${TIMEOUT_MS} ms`] as const)
      : (['UNAVAILABLE', 'could not be reached, or answered something else'] as const);
    throw new UpstreamError(code, `ServiceNow ${problem}`, { cause: error });
  }
}

function refusal(status: number): PlatformError {
  const details = { status };
  if (status === 401 || status === 403) {
    return new PermissionError(
      'SERVICENOW_DENIED',
      `ServiceNow denied a reading (HTTP ${status})`,
      {
        details,
        remedy:
          'look at the user and whether it may read change_request and the configured columns',
      },
    );
  }
  if (status === 429)
    return new UpstreamError('THROTTLED', 'ServiceNow asks to slow down', { details });
  if (status >= 500) {
    return new UpstreamError('UNAVAILABLE', `ServiceNow answered with HTTP ${status}`, { details });
  }
  return new InputError('SERVICENOW_REFUSED', `ServiceNow refused a reading (HTTP ${status})`, {
    details,
    remedy: 'look at the instance and the names of the configured columns',
  });
}

function recordOf(changeId: string, row: Row, settings: ServiceNowSettings): ChangeRecord {
  const { accountsField, targetsField } = settings;
  const state = textIn(row, 'state');
  const from = timeIn(row, 'start_date');
  const to = timeIn(row, 'end_date');
  return {
    changeId,
    status: statusOf(row),
    statusText: STATE_NAMES[state] ?? `state ${state.slice(0, 20)}`,
    window: from !== null && to !== null ? { from, to } : null,
    accounts: listIn(row, accountsField),
    targets: targetsField === undefined ? null : listIn(row, targetsField),
    risk: RISKS[textIn(row, 'risk')] ?? 'unknown',
  };
}

/** Open is only what is approved, in Implement and not on hold; anything that is not said is not open. */
function statusOf(row: Row): ChangeRecord['status'] {
  const state = textIn(row, 'state');
  if (OVER.includes(state)) return 'over';
  if (textIn(row, 'approval') !== 'approved') return 'not_approved';
  if (textIn(row, 'on_hold') !== 'false') return 'on_hold';
  return state === IMPLEMENT ? 'open' : 'not_yet_open';
}

function textIn(row: Row, name: string): string {
  const value = row[name];
  return typeof value === 'string' ? value : '';
}

function listIn(row: Row, name: string): readonly string[] {
  return textIn(row, name)
    .split(/[\s,;]+/)
    .filter((item) => item !== '');
}

/** `2022-01-06 12:12:43`, in UTC whatever the zone of whoever asks. */
function timeIn(row: Row, name: string): string | null {
  const text = textIn(row, name);
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return null;
  const time = new Date(`${text.replace(' ', 'T')}Z`);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
