// The error that the stream itself makes for a transport that has ended, worded like OpenSSL's.
import { SSLEOFError, withoutStack } from '../../errors.js';
import { SSLErrorNumber } from '../../generated/constants.js';

/** Returns the error for a transport that ended without close_notify. */
export function eofError(message: string): SSLEOFError {
  const reason = 'UNEXPECTED_EOF_WHILE_READING';
  const fields = { errno: SSLErrorNumber.SSL_ERROR_EOF, library: 'SSL', reason };
  return withoutStack(() => new SSLEOFError(message, fields));
}
