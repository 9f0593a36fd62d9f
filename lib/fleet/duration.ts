// Lengths of time as operators write them.
import { typeError, valueError } from '../errors.js';
import { describe, describeWithValue } from '../internal/validate.js';

/** A length of time: `'90s'`, `'30m'`, `'12h'`, `'7d'`, or a number of milliseconds. */
export type Duration = number | `${number}${'s' | 'm' | 'h' | 'd'}`;

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const FORM = /^(\d{1,9})([smhd])$/;
const LONGEST = 90 * 86_400;

function secondsOf(value: string | number): number {
  if (typeof value === 'number') return value / 1000;
  const [, count, unit] = FORM.exec(value) ?? [];
  return count === undefined ? Number.NaN : Number(count) * (SECONDS[unit ?? ''] ?? Number.NaN);
}

/** Returns whole seconds, from one second to 90 days. */
export function requireSeconds(value: unknown, name: string): number {
  if (typeof value !== 'string' && typeof value !== 'number')
    throw typeError(`${name} must be a duration such as '12h', not ${describe(value)}`);
  const seconds = secondsOf(value);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST)
    throw valueError(
      `${name} must be whole seconds, minutes, hours or days up to 90d, such as '12h', not ${describeWithValue(value)}`,
    );
  return seconds;
}
