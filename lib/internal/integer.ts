// Integers for the native layer, which checks their range.
import { requireInteger } from './validate.js';

/**
 * Returns the integer, limited to the range that a double holds exactly. A larger one is out of every range anyway.
 * Throws for anything that is not an integer.
 */
export function toSafeInteger(value: unknown, name: string): number {
  requireInteger(value, name);
  return Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}
