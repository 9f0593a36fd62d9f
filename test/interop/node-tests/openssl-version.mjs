// Loaded into each of Node's tests, before register. The tests ask `process.versions` for the OpenSSL of TLS, and expect its
// texts, suites and security level: Node 20 is tested so with OpenSSL 3.5 by Debian. With register it is this package's.
import { createRequire } from 'node:module';

/** That of this package's OpenSSL, which the one of Node 20 and 22 does not have. */
const SECURITY_LEVEL = 2;

const value = { ...process.versions, openssl: process.env.HERMETIC_TEST_OPENSSL };
Object.defineProperty(process, 'versions', { value, enumerable: true, configurable: true });

// Tests of Node 22 and later ask an internal module for the level that it has by default.
if (process.execArgv.includes('--expose-internals')) {
  const levels = createRequire(import.meta.url)('internal/crypto/util');
  if ('getOpenSSLSecLevel' in levels) levels.getOpenSSLSecLevel = () => SECURITY_LEVEL;
}
