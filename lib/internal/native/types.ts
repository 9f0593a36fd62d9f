// The types that the addon's functions share (native/napi/error_record.h, convert.h): types only.

/** The class that an error becomes (native/openssl/error.h). */
export type ErrorRecordKind =
  | 'ssl'
  | 'certificate'
  | 'eof'
  | 'zeroReturn'
  | 'type'
  | 'value'
  | 'overflow'
  | 'system'
  | 'notImplemented'
  | 'state'
  | 'busy';

/** The chain of a peer whose certificate did not verify. */
export interface RejectedChain {
  /** A suggestion for the user; null without a suggestion. */
  readonly hint: string | null;
  /** DER, leaf first, as far as the chain could be built. */
  readonly chain: readonly Buffer[];
  /** The place in `chain` of the certificate that failed. */
  readonly depth: number;
}

/** An error as the native layer returns it. lib/errors.ts makes an Error of it. */
export interface ErrorRecord {
  nativeError: ErrorRecordKind;
  message: string;
  /** SSL_ERROR_*, OpenSSL's reason code, or errno (positive). */
  number: number;
  library?: string;
  reason?: string;
  /** OpenSSL's text of the reason, and its packed number with the library (ERR_PACK(3)): of errors of OpenSSL only. */
  text?: string;
  packed?: number;
  verifyCode?: number;
  verifyMessage?: string;
  /** Added to a 'certificate' error by lib/ssl/engine/verification.ts. */
  rejection?: RejectedChain;
  syscall?: string;
  path?: string;
}

/** A native result: the value, or the record of an error. */
export type Native<T> = T | ErrorRecord;

/**
 * Bytes as an argument: a Buffer, any TypedArray (by its bytes, whatever its elements), a DataView or an ArrayBuffer.
 * Functions return a Buffer.
 */
export type Bytes = ArrayBufferView | ArrayBuffer;
