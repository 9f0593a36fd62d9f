// The common parts of the measured processes: a server of this package, and the talk with the process that measures.
import { createInterface } from 'node:readline';

/** Makes a server of this package, which other kinds of processes must not load. */
export async function createOurServer({ cert, key }, onSocket) {
  const { createServer, PROTOCOL_TLS_SERVER, SSLContext } = await import('hermetic-ssl/ssl');
  const context = new SSLContext(PROTOCOL_TLS_SERVER);
  context.loadCertChain({ cert, key });
  return createServer({ context }, onSocket);
}

async function opensslOf(kind) {
  if (kind === 'node:tls') return `OpenSSL ${process.versions.openssl}`;
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
