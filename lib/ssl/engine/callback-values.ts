// Handles the results and errors of callbacks, which may be any value.
import { describeWithValue } from '../../internal/validate.js';

export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as PromiseLike<unknown>).then === 'function'
  );
}

/** Describes a thrown value for a message. Its getters may throw. */
export function textOf(cause: unknown): string {
  try {
    const { message } = cause as { message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // null, or a trap: described below.
  }
  return describeWithValue(cause);
}
