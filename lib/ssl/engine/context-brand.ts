// Recognizes an SSLContext, for the files that context.ts itself imports.
import type { SSLContext } from '../context.js';

const contexts = new WeakSet();

/** Called by SSLContext's constructor. */
export function brandContext(context: SSLContext): void {
  contexts.add(context);
}

export function isContext(value: unknown): value is SSLContext {
  return typeof value === 'object' && value !== null && contexts.has(value);
}
