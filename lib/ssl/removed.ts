// Functions that Python has removed from its ssl module. They only throw an error that names the replacement.
import { notImplementedError } from '../errors.js';

/**
 * Always throws. Python removed this comparison of a certificate with a host name in Python 3.12 (Python:
 * ssl.match_hostname). Use `SSLContext.checkHostname`, which verifies the name inside the handshake.
 * @throws Error (ERR_METHOD_NOT_IMPLEMENTED), always
 */
export function matchHostname(_cert: unknown, _hostname: unknown): never {
  throw notImplementedError(
    'matchHostname is not supported, as in Python since 3.12: SSLContext.checkHostname, which is true for a client, ' +
      'verifies the name in the handshake',
  );
}

/**
 * Always throws. Python removed TLS without a context in Python 3.12 because it did not verify anything (Python:
 * ssl.wrap_socket). Use `SSLContext.wrapSocket` or `connect`.
 * @throws Error (ERR_METHOD_NOT_IMPLEMENTED), always
 */
export function wrapSocket(_transport: unknown, _options?: unknown): never {
  throw notImplementedError(
    'wrapSocket without a context is not supported, as in Python since 3.12: use connect, or ' +
      'createDefaultContext().wrapSocket',
  );
}
