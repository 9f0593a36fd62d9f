// Names and numbers that are specific to Python's ssl module; everything else follows from OpenSSL's names.

/** X509_V_FLAG_* whose name in ssl.VerifyFlags is not VERIFY_ and the rest. */
export const VERIFY_FLAG_NAMES = {
  X509_V_FLAG_CRL_CHECK: 'VERIFY_CRL_CHECK_LEAF',
  X509_V_FLAG_TRUSTED_FIRST: 'VERIFY_X509_TRUSTED_FIRST',
  X509_V_FLAG_PARTIAL_CHAIN: 'VERIFY_X509_PARTIAL_CHAIN',
};

/** Members of ssl.VerifyFlags that do not correspond to a single flag of OpenSSL. */
export const verifyFlagExtras = (flag) => [
  ['VERIFY_DEFAULT', 0n],
  ['VERIFY_CRL_CHECK_CHAIN', flag('X509_V_FLAG_CRL_CHECK') | flag('X509_V_FLAG_CRL_CHECK_ALL')],
];

/** Members of ssl.Options that stay, as 0, if OpenSSL ever drops the macro. */
export const ZERO_OPTIONS = ['OP_NO_SSLv2', 'OP_SINGLE_DH_USE', 'OP_SINGLE_ECDH_USE'];

/** ssl.OP_ALL omits the workaround that would disable a defence against BEAST. */
export const pythonOpAll = (option) =>
  option('SSL_OP_ALL') & ~option('SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS');

/** ssl.TLSVersion: Python's spelling, and its two values for "whatever the library allows". */
export const TLS_VERSION_NAMES = {
  SSL3_VERSION: 'SSLv3',
  TLS1_VERSION: 'TLSv1',
  TLS1_1_VERSION: 'TLSv1_1',
  TLS1_2_VERSION: 'TLSv1_2',
  TLS1_3_VERSION: 'TLSv1_3',
};
export const TLS_VERSION_EXTRAS = [
  ['MINIMUM_SUPPORTED', -2n],
  ['MAXIMUM_SUPPORTED', -1n],
];

/** ssl.VerifyMode has its own numbers; SSL_VERIFY_* are bits that native code combines. */
export const VERIFY_MODES = [
  ['CERT_NONE', 0n],
  ['CERT_OPTIONAL', 1n],
  ['CERT_REQUIRED', 2n],
];

/**
 * ssl.SSLErrorNumber: these of OpenSSL's, and two of Python's own, whose numbers OpenSSL uses for SSL_ERROR_WANT_ACCEPT
 * and SSL_ERROR_WANT_ASYNC_JOB; so the rest of SSL_ERROR_* cannot be members.
 */
export const SSL_ERROR_NAMES = [
  'SSL_ERROR_SSL',
  'SSL_ERROR_WANT_READ',
  'SSL_ERROR_WANT_WRITE',
  'SSL_ERROR_WANT_X509_LOOKUP',
  'SSL_ERROR_SYSCALL',
  'SSL_ERROR_ZERO_RETURN',
  'SSL_ERROR_WANT_CONNECT',
];
export const SSL_ERROR_EXTRAS = [
  ['SSL_ERROR_EOF', 8n],
  ['SSL_ERROR_INVALID_ERROR_CODE', 10n],
];
