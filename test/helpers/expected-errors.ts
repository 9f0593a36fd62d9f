/** Typed errors of this package, for expect(...).toThrow and toMatchObject. */
import { expect } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

const withMessage = (message: string | undefined): { message?: unknown } =>
  message === undefined ? {} : { message: expect.stringContaining(message) as unknown };

function coded(name: string, code: string, message?: string): Error {
  return expect.objectContaining({ name, code, ...withMessage(message) }) as Error;
}

/** Passes any value as an argument of any type, to test how it is refused. */
export const wrong = (value: unknown): never => value as never;

/** Python's TypeError, ValueError and OverflowError. */
export const typeError = (message?: string): Error =>
  coded('TypeError', 'ERR_INVALID_ARG_TYPE', message);
export const valueError = (message?: string): Error =>
  coded('RangeError', 'ERR_INVALID_ARG_VALUE', message);
export const overflowError = (message?: string): Error =>
  coded('RangeError', 'ERR_OUT_OF_RANGE', message);

/** OpenSSL 4 calls every alert TLS_ALERT_...; 3.5 still has the names of the version that brought the alert. */
const sameInOpenssl4 = (reason: string): string => reason.replace(/^SSLV3_ALERT_/, 'TLS_ALERT_');

interface SslErrorFields {
  readonly library?: string | null;
  readonly message?: string;
  readonly errno?: number;
}

/** An SSLError with a reason, under the name that the linked OpenSSL has for it. */
export function sslError(reason: string | null, fields: SslErrorFields = {}): ssl.SSLError {
  const isOpenssl4 = ssl.OPENSSL_VERSION_INFO[0] >= 4;
  const expected = reason !== null && isOpenssl4 ? sameInOpenssl4(reason) : reason;
  const { message, ...others } = fields;
  return expect.objectContaining({
    name: 'SSLError',
    code: expected === null ? 'ERR_SSL' : `ERR_SSL_${expected}`,
    reason: expected,
    ...withMessage(message),
    ...others,
  }) as ssl.SSLError;
}

/** The end of the transport without close_notify. */
export const eofError = (): ssl.SSLEOFError =>
  expect.objectContaining({
    name: 'SSLEOFError',
    errno: ssl.SSL_ERROR_EOF,
    reason: 'UNEXPECTED_EOF_WHILE_READING',
    message: 'EOF occurred in violation of protocol',
  }) as ssl.SSLEOFError;

export function certificateError(verifyCode: number, verifyMessage?: string): ssl.SSLError {
  return expect.objectContaining({
    name: 'SSLCertVerificationError',
    reason: 'CERTIFICATE_VERIFY_FAILED',
    verifyCode,
    ...(verifyMessage === undefined ? {} : { verifyMessage }),
  }) as ssl.SSLError;
}
