// Byte ranges (RFC 9110, 14).

export interface Range {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

/**
 * Returns the range that a header asks for; null without one, also for several ranges and other units, which a server may
 * ignore; 'outside' if it cannot be satisfied.
 */
export function rangeOf(header: string | undefined, size: number): Range | 'outside' | null {
  const [, first = '', last = ''] =
    /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return null;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'outside' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return null;
  return start >= size ? 'outside' : { start, end };
}
