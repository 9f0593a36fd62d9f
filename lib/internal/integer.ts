// Integers on their way to the native layer, which decides about their range.
import { requireInteger } from './validate.js';

/**
 * The integer as one that a double holds exactly. Of a greater one only the size matters: it is far out of every range.
 * Throws for anything that is not an integer.
 */
export function toSafeInteger(value: unknown, name: string): number {
  requireInteger(value, name);
  return Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}
