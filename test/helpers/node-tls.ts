/** Servers and clients on Node's own node:tls, with the options and facts that every peer here has. */
import { isIP, type AddressInfo } from 'node:net';
import * as tls from 'node:tls';

import { nextEvent, withTimeout } from './collect.js';
import { emptyFacts, FactLog, peerError, type FactsInProgress } from './fact-log.js';
import type {
  ConnectionFacts,
  Identity,
  PeerClientOptions,
  PeerError,
  PeerServer,
  PeerServerOptions,
  ProtocolVersion,
} from './peer-types.js';

const contextOptions = ({ chainPem, keyPem }: Identity): { cert: string; key: string } => ({
  cert: chainPem,
  key: keyPem,
});

/** Only what is set: node:tls reads some keys that are undefined as if they were given. */
function commonOptions(
  options: PeerServerOptions | PeerClientOptions,
): tls.SecureContextOptions & { ALPNProtocols?: string[] } {
  const { minVersion, maxVersion, ciphers, groups, alpn, ca } = options;
  return {
    ...(minVersion && { minVersion }),
    ...(maxVersion && { maxVersion }),
    ...(ciphers && { ciphers }),
    ...(groups && { ecdhCurve: groups }),
    ...(alpn && { ALPNProtocols: [...alpn] }),
    // An empty list, not absence: without `ca` Node trusts its own bundle.
    ca: ca ?? [],
  };
}

export async function startNodeServer(options: PeerServerOptions): Promise<PeerServer> {
  const log = new FactLog();
  const server = tls.createServer(serverOptions(options));
  const open = new Set<tls.TLSSocket>();
  server.on('secureConnection', (socket) => {
    open.add(socket);
    void serve(socket, options)
      .then((facts) => log.add(facts))
      .finally(() => open.delete(socket));
  });
  server.on('tlsClientError', (error, socket) => log.add(handshakeFailure(error, socket)));
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(0, '127.0.0.1', resolve),
  );
  return {
    port: (server.address() as AddressInfo).port,
    connections: (count) => log.first(count),
    close: () => closeServer(server, open),
  };
}

function serverOptions(options: PeerServerOptions): tls.TlsOptions {
  const { identity, clientCertificate = 'none', sni = {} } = options;
  const contexts = new Map(
    Object.entries(sni).map(([name, other]) => [
      name,
      tls.createSecureContext({ ...commonOptions(options), ...contextOptions(other) }),
    ]),
  );
  return {
    ...commonOptions(options),
    ...contextOptions(identity),
    requestCert: clientCertificate !== 'none',
    rejectUnauthorized: clientCertificate === 'required',
    SNICallback: (name, done) => done(null, contexts.get(name)),
  };
}

async function closeServer(server: tls.Server, open: ReadonlySet<tls.TLSSocket>): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  open.forEach((socket) => socket.destroy());
  await closed;
}

async function serve(socket: tls.TLSSocket, options: PeerServerOptions): Promise<ConnectionFacts> {
  const facts = emptyFacts();
  recordHandshake(socket, facts);
  facts.sni = typeof socket.servername === 'string' ? socket.servername : null;
  const chunks: Buffer[] = [];
  socket.on('error', (error) => (facts.error ??= describe(error, 'data')));
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if ((options.behaviour ?? 'echo') === 'echo') socket.write(chunk);
  });
  // Under TLS 1.3 Node forgets close_notify when a server ends the connection inside 'secureConnection'.
  setImmediate(() => act(socket, options));
  await new Promise((resolve) => socket.once('close', resolve));
  return { ...facts, received: Buffer.concat(chunks) };
}

function act(
  socket: tls.TLSSocket,
  { behaviour, payload = Buffer.alloc(0), clientCertificate }: PeerServerOptions,
): void {
  const sentCertificate = Object.keys(socket.getPeerCertificate() ?? {}).length > 0;
  if (clientCertificate === 'optional' && sentCertificate && !socket.authorized) {
    // Node lets a bad certificate pass when no certificate was required; the other peers do not.
    socket.destroy(new Error(String(socket.authorizationError)));
  } else if (behaviour === 'ragged') {
    socket.write(payload, () => socket.destroy());
  } else if (behaviour === 'send-then-close') {
    socket.end(payload);
  }
}

function handshakeFailure(error: NodeJS.ErrnoException, socket: tls.TLSSocket): ConnectionFacts {
  // A string, whatever the type declarations say.
  const refusal = socket.authorizationError as string | Error | null | undefined;
  const code = refusal instanceof Error ? refusal.message : refusal;
  // With its own reason for refusing a client Node reports only a connection reset.
  const described = code ? peerError('handshake', code, code) : describe(error, 'handshake');
  return { ...emptyFacts(), error: described };
}

function recordHandshake(socket: tls.TLSSocket, facts: FactsInProgress): void {
  facts.version = socket.getProtocol() as ProtocolVersion | null;
  facts.cipher = socket.getCipher().name;
  facts.alpn = socket.alpnProtocol || null;
  facts.reused = socket.isSessionReused();
  const subject = socket.getPeerCertificate()?.subject as { CN?: string } | undefined;
  facts.peerCommonName = subject?.CN ?? null;
}

export function describe(error: NodeJS.ErrnoException, phase: PeerError['phase']): PeerError {
  const kind = error.code ?? error.name;
  const reason = kind.startsWith('ERR_SSL_') ? kind.slice('ERR_SSL_'.length) : null;
  return peerError(phase, kind, error.message, { reason });
}

export interface NodeClientFacts extends ConnectionFacts {
  /** Give it as `resume` to a later connection. */
  readonly session: Buffer | null;
}

/** Connects, sends, reads, closes; it resolves in every case, and the facts hold the error. */
export async function connectNode(
  options: PeerClientOptions & { readonly resume?: Buffer | undefined },
): Promise<NodeClientFacts> {
  const facts = emptyFacts();
  const socket = tls.connect(clientOptions(options));
  let phase: PeerError['phase'] = 'handshake';
  let session: Buffer | null = null;
  socket.on('session', (latest: Buffer) => (session = latest));
  socket.on('error', (error) => (facts.error ??= describe(error, phase)));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  try {
    await nextEvent(socket, 'secureConnect');
    recordHandshake(socket, facts);
    phase = 'data';
    await exchange(socket, options, facts);
    phase = 'close';
    socket.end().resume();
    await withTimeout(closed, { what: 'the close of a connection' });
  } catch (error) {
    facts.error ??= describe(error as Error, phase);
  }
  socket.destroy();
  return { ...facts, session };
}

function clientOptions(
  options: PeerClientOptions & { readonly resume?: Buffer | undefined },
): tls.ConnectionOptions {
  const {
    port,
    host = '127.0.0.1',
    servername = 'localhost',
    verify = true,
    identity,
    resume,
  } = options;
  return {
    ...commonOptions(options),
    ...(identity && contextOptions(identity)),
    ...(resume && { session: resume }),
    port,
    host,
    rejectUnauthorized: verify,
    // An address must not be sent as SNI, but is still what the certificate has to name.
    servername: servername === null || isIP(servername) ? '' : servername,
    checkServerIdentity: (_host, certificate) =>
      servername === null ? undefined : tls.checkServerIdentity(servername, certificate),
  };
}

async function exchange(
  socket: tls.TLSSocket,
  { send, read }: PeerClientOptions,
  facts: FactsInProgress,
): Promise<void> {
  if (send) socket.write(send);
  const limit = read === 'end' ? Infinity : (read ?? send?.length ?? Infinity);
  if (limit === 0) return;
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    facts.received = Buffer.concat([facts.received, chunk as Buffer]);
    if (facts.received.length >= limit) break;
  }
}
