// Recognizes an SSLContext, for the files that context.ts itself imports.
import { SSLError } from '../../errors.js';
import type { ConnectionContext } from './context.js';

const contexts = new WeakSet();

/** Called by SSLContext's constructor. */
export function brandContext(context: ConnectionContext): void {
  contexts.add(context);
}

export function isContext(value: unknown): value is ConnectionContext {
  return typeof value === 'object' && value !== null && contexts.has(value);
}

/** Throws unless the context is for this end of a connection. */
export function requireFittingContext(context: ConnectionContext, serverSide: boolean): void {
  const { isServerOnly, isClientOnly } = context.role;
  if (serverSide && isClientOnly) {
    throw new SSLError('Cannot create a server socket with a PROTOCOL_TLS_CLIENT context');
  }
  if (!serverSide && isServerOnly) {
    throw new SSLError('Cannot create a client socket with a PROTOCOL_TLS_SERVER context');
  }
}
