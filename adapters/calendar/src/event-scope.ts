import type ICAL from 'ical.js';
import { InputError } from '@counterfoil/core';

/** What an event says that it is about; empty lists stand for everything that its calendar covers. */
export interface EventScope {
  readonly subAccountIds: readonly string[];
  readonly serviceNames: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

const LINE = /^\s*(account|service|tag)\s*:\s*(.+?)\s*$/i;
const ACCOUNT = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Reads the scope from the lines of an event's description, as a person types them into any calendar: `account: 111122223333`,
 * `service: Amazon EC2`, `tag: team=core`; each may stand several times. Other lines are for people. `InputError` on a scope line that
 * cannot be meant: were it passed over, the event would cover everything.
 */
export function scopeOf(component: ICAL.Component, source: string): EventScope {
  const description = String(component.getFirstPropertyValue('description') ?? '');
  const subAccountIds: string[] = [];
  const serviceNames: string[] = [];
  const tags: Record<string, string> = {};
  for (const line of description.split(/\r?\n/)) {
    const [, kind = '', value = ''] = LINE.exec(line) ?? [];
    switch (kind.toLowerCase()) {
      case 'account':
        if (!ACCOUNT.test(value)) throw malformed(source, line, 'names no account id');
        subAccountIds.push(value);
        break;
      case 'service':
        serviceNames.push(value);
        break;
      case 'tag': {
        const at = value.indexOf('=');
        if (at <= 0) throw malformed(source, line, 'is not of the form tag: key=value');
        tags[value.slice(0, at).trim()] = value.slice(at + 1).trim();
      }
    }
  }
  return { subAccountIds, serviceNames, tags };
}

function malformed(source: string, line: string, problem: string): InputError {
  return new InputError(
    'CALENDAR_SCOPE_MALFORMED',
    `${source}: the line "${line.trim().slice(0, 100)}" of an event's description ${problem}`,
    { remedy: 'write account: <id>, service: <name> or tag: <key>=<value>, one a line' },
  );
}
