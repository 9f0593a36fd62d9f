// Step 5: a TLS server with several host names on one port, and clients that verify it.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { AlertDescription, PROTOCOL_TLS_SERVER, TLSVersion } from '../../ssl/constants.js';
import { SSLContext } from '../../ssl/context.js';
import { createServer, type SSLServer } from '../../ssl/server.js';
import { makeAuthority, type Authority } from '../development-authority.js';
import type { Report } from '../report.js';
import { demoClients } from './clients.js';
import { demoPeers } from './peers.js';
import { HOST_NAMES } from './served.js';

const HTTP_ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello\n';

function contextFor(authority: Authority, name: string): SSLContext {
  const context = new SSLContext(PROTOCOL_TLS_SERVER);
  const { certificate, key } = authority.issue([name]);
  context.loadCertChain({ cert: certificate, key });
  context.setAlpnProtocols(['echo', 'http/1.1']);
  context.minimumVersion = TLSVersion.TLSv1_2;
  return context;
}

/** Looks a certificate up as a database would: a little later. */
function startServer(authority: Authority): SSLServer {
  const contexts = new Map(
    HOST_NAMES.map((name): [string, SSLContext] => [name, contextFor(authority, name)]),
  );
  const context = contextFor(authority, 'localhost');
  context.sniCallback = async (peer, name) => {
    await sleep(2);
    if (name === null) return undefined;
    const found = contexts.get(name);
    if (found === undefined) return AlertDescription.ALERT_DESCRIPTION_UNRECOGNIZED_NAME;
    peer.context = found;
    return undefined;
  };
  const server = createServer({ context }, (socket) => {
    socket.on('error', () => socket.destroy());
    if (socket.selectedAlpnProtocol() === 'http/1.1') socket.end(HTTP_ANSWER);
    else socket.pipe(socket);
  });
  server.on('tlsClientError', () => {}); // refused clients are part of the demonstration
  return server;
}

export async function demoTls(report: Report): Promise<void> {
  report.section(`TLS: ${HOST_NAMES.join(', ')} on one port`);
  const authority = makeAuthority('hermetic-ssl demo');
  const server = startServer(authority);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    await demoClients(report, { port, authority });
    await demoPeers(report, { port, authority });
  } finally {
    server.close();
  }
}
