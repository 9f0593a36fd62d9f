// The tests of sockets again, with every step of a handshake that can go to the pool there.
import { getHandshakeThreads, setHandshakeThreads } from 'hermetic-ssl/ssl';
import { afterAll, beforeAll } from 'vitest';

const before = getHandshakeThreads();
beforeAll(() => setHandshakeThreads('always'));
afterAll(() => setHandshakeThreads(before));

await import('./after-close.test.js');
await import('./backpressure.test.js');
await import('./before-and-after-tls.test.js');
await import('./before-first-byte.test.js');
await import('./connect.test.js');
await import('./half-close.test.js');
await import('./http.test.js');
await import('./lifecycle.test.js');
await import('./pending-fin.test.js');
await import('./refusals.test.js');
await import('./surface.test.js');
await import('./transports.test.js');
await import('./truncation.test.js');
await import('./unwrap.test.js');
await import('./unwrap-fin.test.js');
await import('./writes.test.js');
await import('../server/server.test.js');
await import('../server/sni.test.js');
await import('../ssl/verify/verify-callback-socket.test.js');
