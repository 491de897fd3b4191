import { InputError } from '@counterfoil/core';

const DURATION = /^(\d{1,6})(ms|s|m|h|d)$/;
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const UNITS = ['d', 'h', 'm', 's', 'ms'] as const;

/** Milliseconds of a duration such as `90s`, `15m`, `72h` or `3d`; throws `InputError` on any other text. */
export function parseDurationMs(text: string): number {
  const [, digits, unit] = DURATION.exec(text) ?? [];
  if (digits === undefined || unit === undefined) {
    throw new InputError('DURATION_MALFORMED', `"${text.slice(0, 20)}" is not a duration`, {
      remedy: 'write a whole number and a unit: ms, s, m, h or d',
    });
  }
  return Number(digits) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

/** The shortest text that {@link parseDurationMs} reads back as this duration. `ms` is a whole number of at least 0. */
export function formatDurationMs(ms: number): string {
  const unit = UNITS.find((name) => ms % UNIT_MS[name] === 0) ?? 'ms';
  return `${ms / UNIT_MS[unit]}${unit}`;
}
