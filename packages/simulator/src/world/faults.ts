import { InputError, readFields } from '@counterfoil/core';

const KINDS = [
  'delay_before',
  'delay_after',
  'error',
  'throttle',
  'drop_before',
  'drop_after',
] as const;
const SERVICES = ['aws', 'slack', 'jira'] as const;

export type ServiceName = (typeof SERVICES)[number];

/** Something that goes wrong a number of times. `_before` and `_after` are relative to the effect. */
export interface Fault {
  readonly service: ServiceName;
  /** Such as `StopInstances`, `chat.postMessage` or `POST /rest/api/3/issue`; `*` for all. */
  readonly operation: string;
  readonly kind: (typeof KINDS)[number];
  readonly delayMs: number;
  readonly times: number;
}

/** Reads a fault from the admin route. */
export function parseFault(value: unknown): Fault {
  const fields = readFields(value, ['service', 'operation', 'kind', 'delayMs', 'times']);
  const { service, operation, kind, delayMs, times } = fields;
  const isCount = (count: unknown, max: number): count is number =>
    Number.isInteger(count) && Number(count) >= 0 && Number(count) <= max;
  if (!SERVICES.includes(service as ServiceName)) throw malformed('service', SERVICES.join(', '));
  if (!KINDS.includes(kind as Fault['kind'])) throw malformed('kind', KINDS.join(', '));
  if (typeof operation !== 'string') throw malformed('operation', 'the name of an operation or *');
  if (!isCount(delayMs, 600_000)) throw malformed('delayMs', '0 to 600000');
  if (!isCount(times, 1_000)) throw malformed('times', '0 to 1000');
  return {
    service: service as ServiceName,
    operation,
    kind: kind as Fault['kind'],
    delayMs,
    times,
  };
}

function malformed(field: string, remedy: string): InputError {
  return new InputError('FIELD_MALFORMED', `${field} is not one of the values it may have`, {
    remedy: `give ${remedy}`,
  });
}

/** The faults that are still to happen. */
export class FaultList {
  #faults: Fault[] = [];

  add(fault: Fault): void {
    this.#faults.push(fault);
  }

  clear(): void {
    this.#faults = [];
  }

  /** The first fault for this call, used up by one. */
  take(service: ServiceName, operation: string): Fault | undefined {
    const index = this.#faults.findIndex(
      (fault) =>
        fault.times > 0 &&
        fault.service === service &&
        (fault.operation === '*' || fault.operation === operation),
    );
    const fault = this.#faults[index];
    if (!fault) return undefined;
    this.#faults[index] = { ...fault, times: fault.times - 1 };
    return fault;
  }
}
