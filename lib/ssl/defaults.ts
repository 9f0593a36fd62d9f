// Every default that this package decides, with its reason and when it was last looked at. What is only OpenSSL's or
// Python's own default is in native/tls/context/context.cc; times are in timeouts.ts.
import { ownOptions } from '../internal/validate.js';
import { PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER, VerifyFlags, VerifyMode } from './constants.js';
import { SSLContext } from './context.js';
import { EnvironmentKeyLog, LOG_KEYS } from './engine/key-log.js';
import { Purpose, requirePurpose } from './purpose.js';
import type { VerifyLocations } from './trust/verify-locations.js';

/**
 * Flags of a default context. STRICT: certificates that break RFC 5280 are refused. PARTIAL_CHAIN: a trusted
 * certificate need not be a root. Both as in Python 3.13 and later. Reviewed 2026-11.
 */
const DEFAULT_VERIFY_FLAGS = VerifyFlags.VERIFY_X509_STRICT | VerifyFlags.VERIFY_X509_PARTIAL_CHAIN;

/**
 * A name in a certificate's subject is not a host name: browsers have ignored it since 2017, RFC 9525 (2) forbids it, and
 * name constraints do not cover it. Unlike in Python. Reviewed 2026-11.
 */
const DEFAULT_CHECKS_COMMON_NAME = false;

/**
 * Makes a context with safe settings (Python: ssl.create_default_context): TLS 1.2 and later, suites with forward secrecy,
 * VERIFY_X509_STRICT and VERIFY_X509_PARTIAL_CHAIN, host names matched with a certificate's subjectAltName alone, and on
 * servers `strictAlpn` (a protocol that both ends have, as RFC 7301 demands; reviewed 2026-11). They may become stricter in
 * minor releases. As in Python the environment's SSLKEYLOGFILE becomes its `keylogFilename`; unlike there a file that cannot
 * be used is not an error, but a process warning with the code HERMETIC_KEYLOG_UNUSABLE, once per process.
 * @param purpose `SERVER_AUTH`, the default, makes a client's: certificate and host name are verified. `CLIENT_AUTH` makes
 *   a server's, which asks for no certificate.
 * @param locations Whom to trust. The platform's authorities by default, which for a server are loaded only on request
 *   (`loadDefaultCerts`).
 * @throws TypeError for a purpose that is none, RangeError (ERR_INVALID_ARG_VALUE) for another object identifier; what
 *   `loadVerifyLocations` and `loadDefaultCerts` throw
 */
export function createDefaultContext(
  purpose: Purpose = Purpose.SERVER_AUTH,
  locations: VerifyLocations | null = {},
): SSLContext {
  const { cafile = null, capath = null, cadata = null } = ownOptions(locations ?? {}, 'locations');
  requirePurpose(purpose);
  const isClient = purpose === Purpose.SERVER_AUTH;
  const context = new SSLContext(isClient ? PROTOCOL_TLS_CLIENT : PROTOCOL_TLS_SERVER);
  context.verifyFlags |= DEFAULT_VERIFY_FLAGS;
  context.hostnameChecksCommonName = DEFAULT_CHECKS_COMMON_NAME;
  context.strictAlpn = !isClient;
  if (cafile !== null || capath !== null || cadata !== null) {
    context.loadVerifyLocations({ cafile, capath, cadata });
  } else if (context.verifyMode !== VerifyMode.CERT_NONE) {
    context.loadDefaultCerts(purpose);
  }
  context[LOG_KEYS](EnvironmentKeyLog.open());
  return context;
}
