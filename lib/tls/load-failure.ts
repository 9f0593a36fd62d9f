// Errors of the options of a SecureContext, in the shape that node:tls gives them. The error of the engine, which explains
// more, is their cause.
import { nodeShaped } from './errors.js';

interface Shape {
  readonly number: string;
  readonly library: string;
  readonly reason: string;
  readonly code: string;
}

const NO_START_LINE: Shape = {
  number: '0480006C',
  library: 'PEM routines',
  reason: 'no start line',
  code: 'ERR_OSSL_PEM_NO_START_LINE',
};
const BAD_DECRYPT: Shape = {
  number: '1C800064',
  library: 'Provider routines',
  reason: 'bad decrypt',
  code: 'ERR_OSSL_BAD_DECRYPT',
};
const NO_MATCH: Shape = {
  number: '0A0000B9',
  library: 'SSL routines',
  reason: 'no cipher match',
  code: 'ERR_SSL_NO_CIPHER_MATCH',
};

/** The engine's own messages. */
const BY_TEXT: readonly (readonly [pattern: RegExp, shape: Shape])[] = [
  [/could not be decrypted/, BAD_DECRYPT],
  [/is encrypted: give its password/, BAD_DECRYPT],
  [/holds no (?:certificate|private key)/, NO_START_LINE],
  [/No cipher can be selected/, NO_MATCH],
];

function shaped({ number, ...fields }: Shape, cause: Error): Error {
  const text = `error:${number}:${fields.library}::${fields.reason}`;
  return Object.assign(new Error(text, { cause }), fields);
}

/** Returns the failure of a list of suites. */
export const noCipherMatch = (cause: Error): Error => shaped(NO_MATCH, cause);

/** Returns the failure of a PKCS#12. */
export function pfxFailure(cause: Error): Error {
  const { message } = cause;
  if (message === 'mac verify failure') return cause;
  if (/key/.test(message) && /no private key|without a key|holds no/.test(message))
    return new Error('Unable to load private key from PFX data', { cause });
  if (/MAC_VERIFY_FAILURE|give its password/.test(message))
    return new Error('mac verify failure', { cause });
  if (/legacy|unsupported|obsolete/i.test(message)) return unsupportedOperation(cause);
  return Object.assign(new Error('Unable to load PFX certificate', { cause }), {
    code: 'ERR_CRYPTO_OPERATION_FAILED',
  });
}

const unsupportedOperation = (cause: Error): Error =>
  Object.assign(new Error('Unsupported PKCS12 PFX data', { cause }), {
    code: 'ERR_CRYPTO_UNSUPPORTED_OPERATION',
  });

/** Returns the failure in the shape of node:tls. */
export function loadFailure(error: Error): Error {
  const shape = BY_TEXT.find(([pattern]) => pattern.test(error.message))?.[1];
  return shape === undefined ? nodeShaped(error) : shaped(shape, error);
}
