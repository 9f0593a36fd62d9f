// The errors of node:tls, with its codes and texts. Programs match both literally, so each form is made in one place.
import { inspect } from 'node:util';

import { NODE_MAJOR } from './runtime.js';
import { opensslReason, SSLCertVerificationError, type OpensslReason } from '../errors.js';

/** An error with the code that node:tls gives it. */
export interface NodeError extends Error {
  code: string;
}

type ErrorClass = new (message: string) => Error;

/** Returns an error that prints as Node's own do: `TypeError [ERR_INVALID_ARG_TYPE]: text`. */
function coded(Class: ErrorClass, code: string, message: string): NodeError {
  const error = new Class(message) as NodeError;
  // The stack is made from the name at the first look at it.
  Object.defineProperty(error, 'name', {
    value: `${error.name} [${code}]`,
    configurable: true,
    writable: true,
  });
  void error.stack;
  Reflect.deleteProperty(error, 'name');
  return Object.assign(error, { code });
}

const KIND_OF_TYPE = new Set(['string', 'function', 'number', 'object', 'Function', 'Object']);
const PRIMITIVES = new Set(['boolean', 'bigint', 'symbol', ...KIND_OF_TYPE]);

function joined(names: readonly string[]): string {
  if (names.length < 3) return names.join(' or ');
  return `${names.slice(0, -1).join(', ')}, or ${names.at(-1)}`;
}

/** Returns the expectation of an argument: its types, its classes, or another word. */
function expectation(expected: readonly string[]): string {
  const types = expected.filter((one) => PRIMITIVES.has(one)).map((one) => one.toLowerCase());
  const classes = expected.filter((one) => !PRIMITIVES.has(one) && /^[A-Z][A-Za-z0-9]*$/.test(one));
  const others = expected.filter((one) => !PRIMITIVES.has(one) && !classes.includes(one));
  const ofType = types.length > 1 ? `one of type ${joined(types)}` : `of type ${types[0]}`;
  const parts = [
    ...(types.length > 0 ? [ofType] : []),
    ...(classes.length > 0 ? [`an instance of ${joined(classes)}`] : []),
    ...(others.length > 1 ? [`one of ${joined(others)}`] : others),
  ];
  return parts.join(' or ');
}

/** Returns the end of a message about a value of a wrong type, as Node words it. */
function received(value: unknown): string {
  if (value === null || value === undefined) return ` Received ${String(value)}`;
  if (typeof value === 'function') return ` Received function ${value.name}`;
  if (typeof value === 'object') {
    const name = (value as { constructor?: { name?: unknown } }).constructor?.name;
    if (typeof name === 'string' && name !== '') return ` Received an instance of ${name}`;
    return ` Received ${inspect(value, { depth: -1 })}`;
  }
  const text = inspect(value, { colors: false });
  return ` Received type ${typeof value} (${text.length > 28 ? `${text.slice(0, 25)}...` : text})`;
}

/** Returns ERR_INVALID_ARG_TYPE. @param name `options.key` is a property, `cert` an argument */
export function invalidType(name: string, expected: readonly string[], value: unknown): NodeError {
  const what = name.includes('.') ? 'property' : 'argument';
  const text = `The "${name}" ${what} must be ${expectation(expected)}.${received(value)}`;
  return coded(TypeError, 'ERR_INVALID_ARG_TYPE', text);
}

/** Returns ERR_INVALID_ARG_VALUE. */
export function invalidValue(name: string, value: unknown, reason = 'is invalid'): NodeError {
  const what = name.includes('.') ? 'property' : 'argument';
  const shown = inspect(value);
  const text = shown.length > 128 ? `${shown.slice(0, 128)}...` : shown;
  const message = `The ${what} '${name}' ${reason}. Received ${text}`;
  return coded(TypeError, 'ERR_INVALID_ARG_VALUE', message);
}

/** Returns ERR_OUT_OF_RANGE. */
export function outOfRange(name: string, range: string, value: unknown): NodeError {
  const message = `The value of "${name}" is out of range. It must be ${range}. Received ${inspect(value)}`;
  return coded(RangeError, 'ERR_OUT_OF_RANGE', message);
}

/** Returns ERR_OUT_OF_RANGE with a text of its own. */
export function outOfRangeText(text: string, range: string, value: unknown): NodeError {
  const message = `${text} It must be ${range}. Received ${inspect(value)}`;
  return coded(RangeError, 'ERR_OUT_OF_RANGE', message);
}

/** The errors without parameters: class and text by code. */
const FIXED = {
  ERR_CRYPTO_CUSTOM_ENGINE_NOT_SUPPORTED: [Error, 'Custom engines not supported by this OpenSSL'],
  ERR_MULTIPLE_CALLBACK: [Error, 'Callback called multiple times'],
  ERR_SOCKET_CLOSED: [Error, 'Socket is closed'],
  ERR_SOCKET_CLOSED_BEFORE_CONNECTION: [
    Error,
    'Socket closed before the connection was established',
  ],
  ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS: [
    TypeError,
    'The ALPNCallback and ALPNProtocols TLS options are mutually exclusive',
  ],
  ERR_TLS_CERT_ALTNAME_FORMAT: [SyntaxError, 'Invalid subject alternative name string'],
  ERR_TLS_HANDSHAKE_TIMEOUT: [Error, 'TLS handshake timeout'],
  ERR_TLS_INVALID_STATE: [Error, 'TLS socket connection must be securely established'],
  ERR_TLS_RENEGOTIATION_DISABLED: [Error, 'TLS session renegotiation disabled for this socket'],
  ERR_TLS_REQUIRED_SERVER_NAME: [Error, '"servername" is required parameter for Server.addContext'],
  ERR_TLS_SESSION_ATTACK: [Error, 'TLS session renegotiation attack detected'],
  ERR_TLS_SNI_FROM_SERVER: [Error, 'Cannot issue SNI from a TLS server-side socket'],
} as const satisfies Record<string, readonly [ErrorClass, string]>;

/** Returns an error of node:tls that has no parameters. */
export function tlsError(code: keyof typeof FIXED): NodeError {
  const [Class, text] = FIXED[code];
  return coded(Class, code, text);
}

/** Returns the error of an identity hint that is too long. Before Node 24 its code has a letter less, which programs match. */
export function hintFailed(): NodeError {
  const word = NODE_MAJOR < 24 ? 'IDENTIY' : 'IDENTITY';
  return coded(Error, `ERR_TLS_PSK_SET_${word}_HINT_FAILED`, 'Failed to set PSK identity hint');
}

/** Returns ERR_TLS_INVALID_CONTEXT. */
export const invalidContext = (name: string): NodeError =>
  coded(TypeError, 'ERR_TLS_INVALID_CONTEXT', `${name} must be a SecureContext`);

/** Returns ERR_TLS_INVALID_PROTOCOL_VERSION. */
export function invalidVersion(version: unknown, which: string): NodeError {
  const text = `${JSON.stringify(version)} is not a valid ${which} TLS protocol version`;
  return coded(TypeError, 'ERR_TLS_INVALID_PROTOCOL_VERSION', text);
}

/** Returns ERR_TLS_INVALID_PROTOCOL_METHOD. */
export const invalidMethod = (text: string): NodeError =>
  coded(TypeError, 'ERR_TLS_INVALID_PROTOCOL_METHOD', text);

/** Returns ERR_TLS_PROTOCOL_VERSION_CONFLICT. */
export function versionConflict(version: unknown, protocol: unknown): NodeError {
  const text = `TLS protocol version ${JSON.stringify(version)} conflicts with secureProtocol ${JSON.stringify(protocol)}`;
  return coded(TypeError, 'ERR_TLS_PROTOCOL_VERSION_CONFLICT', text);
}

/** Returns ERR_TLS_ALPN_CALLBACK_INVALID_RESULT. */
export function invalidAlpnResult(value: unknown, protocols: readonly string[]): NodeError {
  const text = `ALPN callback returned a value (${String(value)}) that did not match any of the client's offered protocols (${protocols.join(', ')})`;
  return coded(TypeError, 'ERR_TLS_ALPN_CALLBACK_INVALID_RESULT', text);
}

/** Returns ERR_TLS_DH_PARAM_SIZE. */
export const smallDh = (size: unknown): NodeError =>
  coded(Error, 'ERR_TLS_DH_PARAM_SIZE', `DH parameter size ${String(size)} is less than 2048`);

/** Returns an error about a proxy (Node 24). */
export const proxyError = (
  code: 'ERR_PROXY_INVALID_CONFIG' | 'ERR_PROXY_TUNNEL',
  text: string,
): NodeError => coded(Error, code, text);

/** Returns ERR_CRYPTO_OPERATION_FAILED. */
export const operationFailed = (text: string): NodeError =>
  coded(Error, 'ERR_CRYPTO_OPERATION_FAILED', text);

/** Returns the error of a feature of node:tls that this version does not have yet. */
export const notYet = (what: string): NodeError =>
  coded(
    Error,
    'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM',
    `${what} is not supported by hermetic-ssl/tls yet (docs/coming-from-node-tls.md)`,
  );

/** Returns the error of `certificateCompression` in a binary whose OpenSSL cannot decompress certificates. */
export const noCompression = (): NodeError =>
  coded(
    Error,
    'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM',
    'certificateCompression is not available: this build of hermetic-ssl has OpenSSL without zlib, brotli and zstd ' +
      '(docs/coming-from-node-tls.md)',
  );

/** Returns the error of `certificateCompression` for older versions of TLS, in Node's words. */
export const compressionNeedsTls13 = (): NodeError =>
  coded(
    TypeError,
    'ERR_INVALID_ARG_VALUE',
    'certificateCompression requires a TLS protocol range that includes TLSv1.3',
  );

/** Returns ERR_TLS_CERT_ALTNAME_INVALID with its `reason`, `host` and `cert`. */
export function altNameInvalid(reason: string, host: string, cert: unknown): NodeError {
  const text = `Hostname/IP does not match certificate's altnames: ${reason}`;
  return Object.assign(coded(Error, 'ERR_TLS_CERT_ALTNAME_INVALID', text), { reason, host, cert });
}

/** Returns ECONNRESET with Node's text. */
export const connectionReset = (text: string): NodeError =>
  Object.assign(new Error(text), { code: 'ECONNRESET' });

/** Returns the error of a write that a close has cut off. */
export const writeCanceled = (): NodeError =>
  Object.assign(new Error('write ECANCELED'), {
    errno: -osErrno()['ECANCELED']!,
    code: 'ECANCELED',
    syscall: 'write',
  });
/** Returns the error of a write that waited for a handshake that has failed. */
export const protocolError = (cause: Error): NodeError =>
  Object.assign(new Error(`write EPROTO ${cause.message}\n`, { cause }), {
    errno: -osErrno()['EPROTO']!,
    code: 'EPROTO',
    syscall: 'write',
  });

const osErrno = (): Record<string, number> => process.getBuiltinModule('node:os').constants.errno;

/** The names of OpenSSL's libraries, by number (ERR_LIB_*). */
const LIBRARIES: Readonly<Record<number, string>> = {
  4: 'rsa routines',
  6: 'digital envelope routines',
  9: 'PEM routines',
  11: 'x509 certificate routines',
  13: 'asn1 encoding routines',
  15: 'common libcrypto routines',
  16: 'elliptic curve routines',
  20: 'SSL routines',
  34: 'X509 V3 routines',
  35: 'PKCS12 routines',
  57: 'Provider routines',
  60: 'DECODER routines',
};
/** The word for a library in the codes of node:tls; others do not have one. */
const WORDS: Readonly<Record<number, string>> = {
  ...{ 4: 'OSSL_RSA', 6: 'OSSL_EVP', 9: 'OSSL_PEM', 11: 'OSSL_X509', 13: 'OSSL_ASN1' },
  ...{ 15: 'OSSL_CRYPTO', 16: 'OSSL_EC', 20: 'SSL', 34: 'OSSL_X509V3', 35: 'OSSL_PKCS12' },
};
const LIBRARY_SHIFT = 23;

/** Whether the runtime's own OpenSSL is older than 3.2, and names alerts as before: programs match its codes. */
function namesAlertsAsBefore(): boolean {
  const [major = 0, minor = 0] = (process.versions['openssl'] ?? '').split('.').map(Number);
  return major > 0 && major * 100 + minor < 302;
}
const USES_OLD_NAMES = namesAlertsAsBefore();

/** Returns OpenSSL's text as the runtime's own OpenSSL has it. */
const textOfRuntime = (text: string): string =>
  USES_OLD_NAMES ? text.replace(/^ssl\/tls alert /, 'sslv3 alert ') : text;

/** Returns an error as node:tls makes it of OpenSSL's: the code is made of the text. */
export function opensslError(reason: OpensslReason, cause: unknown): NodeError {
  const { packed } = reason;
  const text = textOfRuntime(reason.text);
  const number = packed >>> LIBRARY_SHIFT;
  const library = LIBRARIES[number] ?? `lib(${number})`;
  const digits = packed.toString(16).toUpperCase().padStart(8, '0');
  const code = `ERR_${WORDS[number] ?? 'OSSL'}_${text.toUpperCase().replaceAll(' ', '_')}`;
  const error = new Error(`error:${digits}:${library}::${text}`, { cause });
  return Object.assign(error, { library, reason: text, code });
}

/**
 * Returns an error of a connection in the shape of node:tls, with the engine's as its cause. An error of the system, of an
 * argument or of the application stays as it is.
 */
export function nodeShaped(error: Error): Error {
  const reason = opensslReason(error);
  if (error instanceof SSLCertVerificationError || reason === null) return error;
  return opensslError(reason, error);
}
