// The talk of the measured processes with the process that measures.
import { createInterface } from 'node:readline';

async function opensslOf(kind) {
  if (kind.startsWith('node:')) return `OpenSSL ${process.versions.openssl}`;
  return (await import('hermetic-ssl/ssl')).OPENSSL_VERSION;
}

/** Listens, and prints the port; then answers each line of the standard input with the calls of the addon. */
export async function announce(server, kind) {
  const openssl = await opensslOf(kind);
  // A client that measures handshakes breaks each connection off.
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({ port: server.address().port, openssl }));
  });
  /** Set by bench/crossings/count.mjs. */
  const crossings = globalThis[Symbol.for('hermetic-ssl.crossings')];
  const lines = createInterface({ input: process.stdin });
  lines.on('line', () => console.log(JSON.stringify(crossings?.() ?? {})));
  lines.on('close', () => process.exit());
}
