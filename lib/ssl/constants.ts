// The constants of the ssl module under Python's names: the enums' members one by one, protocols, HAS_* and versions.
import { binding, linked } from '../internal/native/binding.js';
import {
  AlertDescription,
  Options,
  SSLErrorNumber,
  TLSVersion,
  VerifyFlags,
  VerifyMode,
} from './enums.js';

export { AlertDescription, Options, SSLErrorNumber, TLSVersion, VerifyFlags, VerifyMode };
export { VerifyCode } from './enums.js';

// Python's protocol numbers, which are arguments of SSLContext.

/** Either end: TLS 1.2 and later; nothing is verified. Prefer {@link PROTOCOL_TLS_CLIENT}. */
export const PROTOCOL_TLS = 2;
/** Python's older name of {@link PROTOCOL_TLS}. */
export const PROTOCOL_SSLv23 = 2;
/** TLS 1.0 only, for either end. OpenSSL allows it at security level 0 only. */
export const PROTOCOL_TLSv1 = 3;
/** TLS 1.1 only, for either end. OpenSSL allows it at security level 0 only. */
export const PROTOCOL_TLSv1_1 = 4;
/** TLS 1.2 only, for either end. */
export const PROTOCOL_TLSv1_2 = 5;
/** Clients: TLS 1.2 and later; the certificate and the host name are verified. */
export const PROTOCOL_TLS_CLIENT = 16;
/** Servers: TLS 1.2 and later; client certificates are not requested. */
export const PROTOCOL_TLS_SERVER = 17;

export const { CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED } = VerifyMode;

export const {
  VERIFY_DEFAULT,
  VERIFY_CRL_CHECK_LEAF,
  VERIFY_CRL_CHECK_CHAIN,
  VERIFY_X509_STRICT,
  VERIFY_ALLOW_PROXY_CERTS,
  VERIFY_X509_TRUSTED_FIRST,
  VERIFY_X509_PARTIAL_CHAIN,
} = VerifyFlags;

export const {
  OP_ALL,
  OP_NO_SSLv2,
  OP_NO_SSLv3,
  OP_NO_TLSv1,
  OP_NO_TLSv1_1,
  OP_NO_TLSv1_2,
  OP_NO_TLSv1_3,
  OP_CIPHER_SERVER_PREFERENCE,
  OP_SINGLE_DH_USE,
  OP_SINGLE_ECDH_USE,
  OP_NO_COMPRESSION,
  OP_NO_TICKET,
  OP_NO_RENEGOTIATION,
  OP_ENABLE_MIDDLEBOX_COMPAT,
  OP_IGNORE_UNEXPECTED_EOF,
  OP_ENABLE_KTLS,
  OP_LEGACY_SERVER_CONNECT,
} = Options;

export const {
  SSL_ERROR_SSL,
  SSL_ERROR_WANT_READ,
  SSL_ERROR_WANT_WRITE,
  SSL_ERROR_WANT_X509_LOOKUP,
  SSL_ERROR_SYSCALL,
  SSL_ERROR_ZERO_RETURN,
  SSL_ERROR_WANT_CONNECT,
  SSL_ERROR_EOF,
  SSL_ERROR_INVALID_ERROR_CODE,
} = SSLErrorNumber;

export const {
  ALERT_DESCRIPTION_CLOSE_NOTIFY,
  ALERT_DESCRIPTION_UNEXPECTED_MESSAGE,
  ALERT_DESCRIPTION_BAD_RECORD_MAC,
  ALERT_DESCRIPTION_RECORD_OVERFLOW,
  ALERT_DESCRIPTION_DECOMPRESSION_FAILURE,
  ALERT_DESCRIPTION_HANDSHAKE_FAILURE,
  ALERT_DESCRIPTION_BAD_CERTIFICATE,
  ALERT_DESCRIPTION_UNSUPPORTED_CERTIFICATE,
  ALERT_DESCRIPTION_CERTIFICATE_REVOKED,
  ALERT_DESCRIPTION_CERTIFICATE_EXPIRED,
  ALERT_DESCRIPTION_CERTIFICATE_UNKNOWN,
  ALERT_DESCRIPTION_ILLEGAL_PARAMETER,
  ALERT_DESCRIPTION_UNKNOWN_CA,
  ALERT_DESCRIPTION_ACCESS_DENIED,
  ALERT_DESCRIPTION_DECODE_ERROR,
  ALERT_DESCRIPTION_DECRYPT_ERROR,
  ALERT_DESCRIPTION_PROTOCOL_VERSION,
  ALERT_DESCRIPTION_INSUFFICIENT_SECURITY,
  ALERT_DESCRIPTION_INTERNAL_ERROR,
  ALERT_DESCRIPTION_USER_CANCELLED,
  ALERT_DESCRIPTION_NO_RENEGOTIATION,
  ALERT_DESCRIPTION_UNSUPPORTED_EXTENSION,
  ALERT_DESCRIPTION_CERTIFICATE_UNOBTAINABLE,
  ALERT_DESCRIPTION_UNRECOGNIZED_NAME,
  ALERT_DESCRIPTION_BAD_CERTIFICATE_STATUS_RESPONSE,
  ALERT_DESCRIPTION_BAD_CERTIFICATE_HASH_VALUE,
  ALERT_DESCRIPTION_UNKNOWN_PSK_IDENTITY,
} = AlertDescription;

const features = binding.tlsFeatures();

/** Server Name Indication (RFC 6066). */
export const HAS_SNI = true;
/** Elliptic-curve key exchange. */
export const HAS_ECDH = true;
/** Application-Layer Protocol Negotiation (RFC 7301). */
export const HAS_ALPN = true;
/** Next Protocol Negotiation, ALPN's abandoned predecessor: always false. */
export const HAS_NPN = false;
/** Whether `SSLContext.hostnameChecksCommonName` can be false. */
export const HAS_NEVER_CHECK_COMMON_NAME = true;
/** Post-handshake authentication (RFC 8446, 4.6.2). */
export const HAS_PHA = true;
/** Pre-shared keys (RFC 4279): `SSLContext.setPskClientCallback`, `setPskServerCallback`. */
export const HAS_PSK: boolean = features.psk;
/** Pre-shared keys under TLS 1.3 (RFC 8446, 4.2.11). */
export const HAS_PSK_TLS13: boolean = features.psk && features.tls1_3;
/** SSL 2.0: always false, since OpenSSL has removed it. */
export const HAS_SSLv2 = false;
/** Whether SSL 3.0 (RFC 6101) was compiled into the linked OpenSSL. */
export const HAS_SSLv3: boolean = features.ssl3;
/** Whether TLS 1.0 (RFC 2246) was compiled into the linked OpenSSL. */
export const HAS_TLSv1: boolean = features.tls1;
/** Whether TLS 1.1 (RFC 4346) was compiled into the linked OpenSSL. */
export const HAS_TLSv1_1: boolean = features.tls1_1;
/** Whether TLS 1.2 (RFC 5246) was compiled into the linked OpenSSL. */
export const HAS_TLSv1_2: boolean = features.tls1_2;
/** Whether TLS 1.3 (RFC 8446) was compiled into the linked OpenSSL. */
export const HAS_TLSv1_3: boolean = features.tls1_3;

const { openssl, number, fixes } = linked;

/** The linked OpenSSL's name, version and date, in OpenSSL's own text: `'OpenSSL 3.5.7 9 Jun 2026'`. */
export const OPENSSL_VERSION: string = openssl;
/** The linked OpenSSL's version as its number, 0xMNN00PP0. */
export const OPENSSL_VERSION_NUMBER: number = number;
/** The linked OpenSSL's version as [major, minor, fix, patch, status]; fix is 0 since OpenSSL 3. */
export const OPENSSL_VERSION_INFO: readonly [number, number, number, number, number] = [
  (number >>> 28) & 0xff,
  (number >>> 20) & 0xff,
  (number >>> 12) & 0xff,
  (number >>> 4) & 0xff,
  number & 0xf,
];
/**
 * The vulnerabilities (`'CVE-2026-75803'`) of the linked OpenSSL's version that the build has fixed with a distribution's
 * security patches. {@link OPENSSL_VERSION} remains OpenSSL's own text, so a check by version alone must exclude these.
 * Empty if the version is unpatched, and for libraries that were built elsewhere.
 */
export const OPENSSL_FIXES: readonly string[] = Object.freeze(fixes.split(' ').filter(Boolean));

/** The types that `getChannelBinding` accepts (RFC 5929, RFC 9266). Python has only `tls-unique`. */
export const CHANNEL_BINDING_TYPES = Object.freeze([
  'tls-unique',
  'tls-server-end-point',
  'tls-exporter',
] as const);
/** A member of {@link CHANNEL_BINDING_TYPES}. */
export type ChannelBindingType = (typeof CHANNEL_BINDING_TYPES)[number];
