// Defines every error class of the package, and is the only place that makes errors. The C++ code returns records;
// fromRecord turns a record into the class that Python, or Node for system errors, would throw. Importing this module does not
// load the addon.
import type { CertificateDict, ErrorRecord } from './internal/native/binding.js';
import { SSLErrorNumber } from './generated/constants.js';
import { systemErrorCode } from './internal/system-error.js';

/** The fields of an {@link SSLError}. */
export interface SSLErrorFields {
  /** One of `SSLErrorNumber`, or a reason code of OpenSSL; SSL_ERROR_SSL when left out. */
  errno?: number;
  /** The part of OpenSSL that failed. */
  library?: string | null;
  /** OpenSSL's mnemonic, which also makes the `code`. */
  reason?: string | null;
  /** The value that a callback threw, if that caused the failure. */
  cause?: unknown;
}

/**
 * A failure of TLS or of OpenSSL (Python: ssl.SSLError). The message has the form `[LIBRARY: REASON] text`.
 */
export class SSLError extends Error {
  /** One of `SSLErrorNumber` for an operation on a connection, OpenSSL's reason code for any other. */
  readonly errno: number;
  /** The part of OpenSSL that failed, `'SSL'`, `'PEM'`, `'X509'`, ...; null when unknown. */
  readonly library: string | null;
  /** OpenSSL's mnemonic, `'CERTIFICATE_VERIFY_FAILED'`; null when unknown. */
  readonly reason: string | null;
  /** `ERR_SSL_` and the reason, or `ERR_SSL` without a reason. */
  readonly code: string;

  /** Meant for this package and for an application's own tests. */
  constructor(message: string, fields: SSLErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = new.target.name;
    this.errno = fields.errno ?? SSLErrorNumber.SSL_ERROR_SSL;
    this.library = fields.library ?? null;
    this.reason = fields.reason ?? null;
    this.code = this.reason === null ? 'ERR_SSL' : `ERR_SSL_${this.reason}`;
  }
}

/** The connection was closed cleanly, with close_notify, by both sides (Python: ssl.SSLZeroReturnError). */
export class SSLZeroReturnError extends SSLError {}

/** More ciphertext from the peer is needed first (Python: ssl.SSLWantReadError). */
export class SSLWantReadError extends SSLError {
  /** The text is always the same, and `errno` is SSL_ERROR_WANT_READ. */
  constructor() {
    super('The operation did not complete (read)', {
      errno: SSLErrorNumber.SSL_ERROR_WANT_READ,
      reason: null,
    });
  }
}

/** Pending ciphertext has to be read out first (Python: ssl.SSLWantWriteError). */
export class SSLWantWriteError extends SSLError {
  /** The text is always the same, and `errno` is SSL_ERROR_WANT_WRITE. */
  constructor() {
    super('The operation did not complete (write)', { errno: SSLErrorNumber.SSL_ERROR_WANT_WRITE });
  }
}

/**
 * A callback returned a promise: try the operation again when `ready` is fulfilled. Only SSLObject throws it; an SSLSocket waits
 * by itself. Python has no such error.
 */
export class SSLWantCallbackError extends SSLError {
  /** Fulfilled when the callback has answered; never rejects. */
  readonly ready: Promise<void>;

  /** The text is always the same, and `errno` is SSL_ERROR_WANT_X509_LOOKUP. */
  constructor(ready: Promise<void>) {
    super('The operation did not complete (callback)', {
      errno: SSLErrorNumber.SSL_ERROR_WANT_X509_LOOKUP,
    });
    this.ready = ready;
  }
}

/** A system call under the connection failed (Python: ssl.SSLSyscallError). */
export class SSLSyscallError extends SSLError {}

/** The transport ended without close_notify: the data read so far may be truncated (Python: ssl.SSLEOFError). */
export class SSLEOFError extends SSLError {}

/** The fields of an {@link SSLCertVerificationError}. */
export interface CertVerificationErrorFields extends SSLErrorFields {
  /** X509_V_ERR_* of OpenSSL: a member of `VerifyCode`. */
  verifyCode: number;
  /** The meaning of `verifyCode`. */
  verifyMessage: string;
  /** A suggestion for the user. */
  hint?: string | null;
  /** The peer's chain in DER, leaf first. */
  chain?: readonly Buffer[];
  /** The place in `chain` of the certificate that failed. */
  depth?: number;
}

type DecodeCertificate = (der: Buffer) => CertificateDict | null;

let decodeCertificate: DecodeCertificate = () => {
  throw stateError('import hermetic-ssl/ssl first: it decodes the certificates of an error');
};

/** Sets the function that decodes the certificates of errors, which needs the addon. */
export function setCertificateDecoder(decode: DecodeCertificate): void {
  decodeCertificate = decode;
}

const decodedOrNull = (der: Buffer | undefined): CertificateDict | null =>
  der === undefined ? null : decodeCertificate(der);

/** The peer's certificate did not verify (Python: ssl.SSLCertVerificationError). */
export class SSLCertVerificationError extends SSLError {
  /** X509_V_ERR_* of OpenSSL; 62 for a host name, 64 for an IP address that does not match. */
  readonly verifyCode: number;
  /** The meaning of `verifyCode`, with the expected name. */
  readonly verifyMessage: string;
  /** A short suggestion for the user, also at the end of the message; null without a suggestion. */
  readonly hint: string | null;
  /** The place in `chain` of the certificate that failed; 0 is the peer's own. */
  readonly depth: number;
  readonly #chain: readonly Buffer[]; // private, so that it does not fill logs

  /** As for {@link SSLError}. */
  constructor(message: string, fields: CertVerificationErrorFields) {
    super(message, fields);
    this.verifyCode = fields.verifyCode;
    this.verifyMessage = fields.verifyMessage;
    this.hint = fields.hint ?? null;
    this.depth = fields.depth ?? 0;
    this.#chain = fields.chain ?? [];
  }

  /**
   * The peer's chain in DER, leaf first, as far as it could be built from the certificates that the peer sent and those
   * that are trusted. It did not verify: do not rely on anything in it.
   */
  get chain(): readonly Buffer[] {
    return this.#chain;
  }

  /** The peer's own certificate, with the keys of `getpeercert()`; null if the chain is empty. It did not verify. */
  get peerCertificate(): CertificateDict | null {
    return decodedOrNull(this.chain[0]);
  }

  /** The certificate that failed, with the keys of `getpeercert()`; null if the chain does not contain it. */
  get certificate(): CertificateDict | null {
    return decodedOrNull(this.chain[this.depth]);
  }
}

/** An error with Node's `code`. */
export interface CodedError extends Error {
  code: string;
}

function withCode<T extends Error>(error: T, code: string): T & CodedError {
  return Object.assign(error, { code });
}

/**
 * Makes an error without recording the stack, which takes longer than everything else about the error. For events of a peer:
 * the stack of their handler names only this package and Node.
 */
export function withoutStack<T extends Error>(make: () => T): T {
  const limit: unknown = Error.stackTraceLimit;
  if (typeof limit !== 'number') return make();
  Reflect.set(Error, 'stackTraceLimit', 0); // without effect, and not an error, if Error is frozen
  try {
    return make();
  } finally {
    Reflect.set(Error, 'stackTraceLimit', limit);
  }
}

/** A value of the wrong type (Python: TypeError). */
export function typeError(message: string): TypeError & CodedError {
  return withCode(new TypeError(message), 'ERR_INVALID_ARG_TYPE');
}

/** An invalid value of the right type (Python: ValueError). */
export function valueError(message: string): RangeError & CodedError {
  return withCode(new RangeError(message), 'ERR_INVALID_ARG_VALUE');
}

/** A number that is too large for its purpose (Python: OverflowError). */
export function overflowError(message: string): RangeError & CodedError {
  return withCode(new RangeError(message), 'ERR_OUT_OF_RANGE');
}

/** Something that this platform or this OpenSSL cannot do (Python: NotImplementedError). */
export function notImplementedError(message: string): CodedError {
  return withCode(new Error(message), 'ERR_METHOD_NOT_IMPLEMENTED');
}

/** Something used at the wrong time: after close, or twice. */
export function stateError(message: string): CodedError {
  return withCode(new Error(message), 'ERR_INVALID_STATE');
}

/** Too many operations are pending: the caller should shed load, or try again later. */
export function queueFullError(message: string): CodedError {
  return withCode(new Error(message), 'ERR_QUEUE_FULL');
}

/** An operation that exceeded its time limit. */
export function timeoutError(message: string): CodedError {
  return withCode(new Error(message), 'ERR_SSL_HANDSHAKE_TIMEOUT');
}

/**
 * A stored password string that cannot be used: in an unsupported format, malformed, or too weak to prove anything. The
 * message names the fault and never contains a part of the string or of the password.
 */
export class PasswordFormatError extends Error implements CodedError {
  /** `'ERR_PASSWORD_FORMAT'`, or the code of the subclass. */
  readonly code: string = 'ERR_PASSWORD_FORMAT';

  /** Meant for this package and for an application's own tests. */
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** A stored password string that asks for more work than is allowed, or is too long. */
export class PasswordLimitError extends PasswordFormatError {
  /** Always `'ERR_PASSWORD_LIMIT'`. */
  override readonly code = 'ERR_PASSWORD_LIMIT';
}

/** A failed system call, as Node describes one (Python: OSError). */
export interface SystemError extends CodedError {
  errno: number;
  syscall: string;
  path?: string;
}

function systemError(record: ErrorRecord): SystemError {
  const { code, errno } = systemErrorCode(record.number);
  const call = record.syscall ? `, ${record.syscall}` : '';
  const path = record.path === undefined ? '' : ` '${record.path}'`;
  const error = new Error(`${code}: ${record.message.toLowerCase()}${call}${path}`);
  return Object.assign(error, {
    errno,
    code,
    syscall: record.syscall ?? '',
    ...(record.path === undefined ? {} : { path: record.path }),
  });
}

function verificationError(record: ErrorRecord, fields: SSLErrorFields): SSLCertVerificationError {
  const { message, rejection, verifyCode = 0, verifyMessage = '' } = record;
  const { hint, chain, depth } = rejection ?? { hint: null, chain: [], depth: 0 };
  return new SSLCertVerificationError(hint === null ? message : `${message}; ${hint}`, {
    ...fields,
    verifyCode,
    verifyMessage,
    hint,
    chain,
    depth,
  });
}

/** OpenSSL's text and packed number of an error. */
export interface OpensslReason {
  readonly text: string;
  readonly packed: number;
}

const reasons = new WeakMap<Error, OpensslReason>();

/** Returns OpenSSL's text and number of an error of this package; null if OpenSSL did not report it. */
export const opensslReason = (error: Error): OpensslReason | null => reasons.get(error) ?? null;

/** Makes the error that a record of the native layer describes. */
export function fromRecord(record: ErrorRecord, cause?: unknown): Error {
  const error = errorOf(record, cause);
  const { text, packed } = record;
  if (text !== undefined && packed !== undefined) reasons.set(error, { text, packed });
  return error;
}

function errorOf(record: ErrorRecord, cause: unknown): Error {
  const { message, library, reason, number: errno } = record;
  const fields = { errno, library: library ?? null, reason: reason ?? null, cause };
  switch (record.nativeError) {
    case 'ssl':
      return new SSLError(message, fields);
    case 'certificate':
      return verificationError(record, fields);
    case 'eof':
      return new SSLEOFError(message, fields);
    case 'zeroReturn':
      return new SSLZeroReturnError(message, fields);
    case 'type':
      return typeError(message);
    case 'value':
      return valueError(message);
    case 'overflow':
      return overflowError(message);
    case 'system':
      return systemError(record);
    case 'notImplemented':
      return notImplementedError(message);
    case 'state':
      return stateError(message);
    case 'busy':
      return queueFullError(message);
  }
}

/** Whether a native result is the record of an error. */
export function isRecord(result: unknown): result is ErrorRecord {
  return typeof result === 'object' && result !== null && 'nativeError' in result;
}

/** Returns a native result of a connection, or `closed` if the connection is closed; throws any other error. */
export function whileOpen<T>(result: T | ErrorRecord, closed: T): T {
  return isRecord(result) && result.nativeError === 'state' ? closed : unwrap(result);
}

/** Returns a native result, or throws the error that its record describes. */
export function unwrap<T>(result: T | ErrorRecord): T {
  if (isRecord(result)) throw fromRecord(result);
  return result;
}
