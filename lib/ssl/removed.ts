// The functions of Python's older ssl modules that Python itself has removed: here only to say what takes their place.
import { notImplementedError } from '../errors.js';

/**
 * Python's way to compare a certificate with a host's name before OpenSSL did that, removed in Python 3.12 (Python:
 * ssl.match_hostname). `SSLContext.checkHostname` verifies the name inside the handshake, where it cannot be forgotten.
 * @throws Error (ERR_METHOD_NOT_IMPLEMENTED), always
 */
export function matchHostname(_cert: unknown, _hostname: unknown): never {
  throw notImplementedError(
    'matchHostname is not supported, as in Python since 3.12: SSLContext.checkHostname, which is true for a client, ' +
      'verifies the name in the handshake',
  );
}

/**
 * Python's way to TLS without a context, removed in Python 3.12 because it verified nothing (Python: ssl.wrap_socket).
 * `SSLContext.wrapSocket` is there, and `connect`.
 * @throws Error (ERR_METHOD_NOT_IMPLEMENTED), always
 */
export function wrapSocket(_transport: unknown, _options?: unknown): never {
  throw notImplementedError(
    'wrapSocket without a context is not supported, as in Python since 3.12: use connect, or ' +
      'createDefaultContext().wrapSocket',
  );
}
