// The tests of sockets again with the transport that this run does not use otherwise: over the streams of net.Sockets, or over
// their descriptors if HERMETIC_SSL_TRANSPORT=duplex is set for all tests.
import { afterAll } from 'vitest';

const before = process.env['HERMETIC_SSL_TRANSPORT'];
// Read when the package is loaded, by the imports below.
process.env['HERMETIC_SSL_TRANSPORT'] = before === 'duplex' ? 'native' : 'duplex';
afterAll(() => {
  if (before === undefined) delete process.env['HERMETIC_SSL_TRANSPORT'];
  else process.env['HERMETIC_SSL_TRANSPORT'] = before;
});

await import('./after-close.test.js');
await import('./backpressure.test.js');
await import('./before-and-after-tls.test.js');
await import('./before-first-byte.test.js');
await import('./before-first-byte-context.test.js');
await import('./connect.test.js');
await import('./context-changes.test.js');
await import('./end-stacks.test.js');
await import('./get-server-certificate.test.js');
await import('./half-close.test.js');
await import('./handshake-pool.test.js');
await import('./http.test.js');
await import('./leaks.test.js');
await import('./lifecycle.test.js');
await import('./pending-fin.test.js');
await import('./pending-memory.test.js');
await import('./refusals.test.js');
await import('./surface.test.js');
await import('./transports.test.js');
await import('./truncation.test.js');
await import('./unheard-errors.test.js');
await import('./unwrap.test.js');
await import('./unwrap-fin.test.js');
await import('./writes.test.js');
await import('../server/hostile.test.js');
await import('../server/server.test.js');
await import('../server/sni.test.js');
await import('../server/sni-peers.test.js');
await import('../server/sni-verify-mode.test.js');
await import('../ssl/verify/verify-callback-socket.test.js');
