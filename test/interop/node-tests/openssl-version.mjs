// Loaded into each of Node's tests, before register. The tests ask `process.versions` for the OpenSSL of TLS, and expect its
// texts, suites and security level: Node 20 is tested so with OpenSSL 3.5 by Debian. With register it is this package's.
const value = { ...process.versions, openssl: process.env.HERMETIC_TEST_OPENSSL };
Object.defineProperty(process, 'versions', { value, enumerable: true, configurable: true });
