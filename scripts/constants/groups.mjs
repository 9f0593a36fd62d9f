// Defines which macros of OpenSSL's headers become constants, and the group of each.

/** Headers whose macros are read. */
export const HEADERS = ['ssl', 'x509_vfy', 'tls1', 'err'];

/** @type {{ group: string, pattern: RegExp }[]} in the order of the generated files */
export const GROUPS = [
  { group: 'Options', pattern: /^SSL_OP_\w+$/ },
  { group: 'VerifyFlags', pattern: /^X509_V_FLAG_\w+$/ },
  { group: 'VerifyCode', pattern: /^X509_V_(?:OK|ERR_\w+)$/ },
  { group: 'VerifyMode', pattern: /^SSL_VERIFY_\w+$/ },
  // REASON_OFFSET is not an alert: OpenSSL adds it to an alert to make a reason code.
  { group: 'AlertDescription', pattern: /^SSL_AD_(?!REASON_OFFSET$)\w+$/ },
  { group: 'SSLErrorNumber', pattern: /^SSL_ERROR_\w+$/ },
  { group: 'TLSVersion', pattern: /^(?:SSL3|TLS1(?:_\d)?)_VERSION$/ },
  { group: 'FileType', pattern: /^SSL_FILETYPE_\w+$/ },
  // OFFSET and MASK take an error code apart; USER is where an application's own libraries begin.
  { group: 'Library', pattern: /^ERR_LIB_(?!(?:OFFSET|MASK|USER)$)\w+$/ },
];

/** Returns the group of a macro, or undefined if it is not a constant here. */
export const groupOf = (name) => GROUPS.find(({ pattern }) => pattern.test(name))?.group;
