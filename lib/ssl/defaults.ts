// Every default that this package sets, with its reason and the date of its last review. Defaults taken over from OpenSSL
// or Python are in native/tls/context/context.cc; timeouts are in timeouts.ts, and where handshakes run is in
// engine/handshake-pool.ts.
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
 * Creates a context with safe settings (Python: ssl.create_default_context): TLS 1.2 and later, suites with forward
 * secrecy, VERIFY_X509_STRICT and VERIFY_X509_PARTIAL_CHAIN, host names matched only against a certificate's
 * subjectAltName, and on servers `strictAlpn` (the two ends must have a common protocol, as RFC 7301 requires; reviewed
 * 2026-11). The settings may become stricter in minor releases. As in Python, the environment variable SSLKEYLOGFILE sets
 * `keylogFilename`. Unlike in Python, an unusable file is not an error but a process warning with the code
 * HERMETIC_KEYLOG_UNUSABLE, once per process.
 * @param purpose `SERVER_AUTH`, the default, creates a client's context: certificate and host name are verified.
 *   `CLIENT_AUTH` creates a server's context, which does not ask for a certificate.
 * @param locations The certificates to trust. By default a client trusts the platform's authorities; a server loads them
 *   only on request (`loadDefaultCerts`).
 * @throws TypeError for a value that is not a purpose, RangeError (ERR_INVALID_ARG_VALUE) for another object identifier;
 *   errors of `loadVerifyLocations` and `loadDefaultCerts`
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
