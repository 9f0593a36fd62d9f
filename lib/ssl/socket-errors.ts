// Errors that SSLSocket creates itself, worded like those of OpenSSL.
import { SSLEOFError, SSLError } from '../errors.js';
import { SSLErrorNumber } from '../generated/constants.js';

/** Returns the error for a transport that ended without close_notify. */
export function eofError(message: string): SSLEOFError {
  const reason = 'UNEXPECTED_EOF_WHILE_READING';
  return new SSLEOFError(message, { errno: SSLErrorNumber.SSL_ERROR_EOF, library: 'SSL', reason });
}

/** Returns the error for unwrap before the handshake is done. */
export function shutdownError(): SSLError {
  const reason = 'SHUTDOWN_WHILE_IN_INIT';
  return new SSLError(`[SSL: ${reason}] shutdown while in init`, { library: 'SSL', reason });
}
