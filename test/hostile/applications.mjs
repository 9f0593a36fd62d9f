// The applications on our side. Each uses a connection as README.md shows, with a time limit of its own, and with no
// listener beyond those that the documentation asks for.
import http2 from 'node:http2';
import { Readable } from 'node:stream';

/** Milliseconds that a handshake, and silence on an open connection, may take. */
export const LIMIT = 1_500;
/** The same for decent peers, which a busy machine must not cut. */
const PATIENT = 20_000;
/** Milliseconds for which a callback's promise is pending. */
const PENDING = 60;
const later = (value) => new Promise((resolve) => setTimeout(resolve, PENDING, value));

const CHUNK = Buffer.alloc(65_536);
const CHUNKS = 256; // 16 MB, which neither kernel nor stream takes

function* much() {
  for (let left = CHUNKS; left > 0; left--) yield CHUNK;
}

/** Ends TLS and echoes in the clear. */
async function unwrap(socket, story) {
  story.begin('unwrap');
  try {
    const transport = await socket.unwrap();
    story.follow(transport, 'transport');
    transport.on('error', (error) => story.note('clearErrors', error));
    transport.setTimeout(LIMIT, () => transport.destroy());
    transport.pipe(transport);
  } catch (error) {
    story.note('unwrapErrors', error);
  }
  story.end('unwrap');
}

const http2Server = http2.createSecureServer({ unknownProtocolTimeout: LIMIT });
http2Server.on('sessionError', () => {});

/**
 * @typedef {object} Application
 * @property {(context: import('hermetic-ssl/ssl').SSLContext, serverSide: boolean) => void} [prepare]
 * @property {boolean} [allowHalfOpen]
 * @property {number} [limit] in milliseconds, LIMIT by default
 * @property {boolean} [isHanded] whether another library puts on all listeners
 * @property {number} [takesAfter] milliseconds after which the promise of connect() is taken
 * @property {(socket: import('hermetic-ssl/ssl').SSLSocket, story: object) => void} use
 */

const echo = (socket) => socket.pipe(socket);

/** @type {Record<string, Application>} */
export const APPLICATIONS = {
  echo: { use: echo },
  decent: { limit: PATIENT, use: echo },
  sniLater: {
    prepare: (context, serverSide) => {
      if (serverSide) context.sniCallback = () => later(undefined);
    },
    use: echo,
  },
  verifyLater: {
    prepare: (context, serverSide) => {
      if (serverSide) context.verifyMode = 2; // CERT_REQUIRED
      context.verifyCallback = () => later(true);
    },
    use: echo,
  },
  authenticateLater: {
    prepare: (context, serverSide) => {
      context.postHandshakeAuth = true;
      if (!serverSide) return;
      context.verifyMode = 1; // CERT_OPTIONAL
      context.verifyCallback = () => true;
    },
    use: (socket) => {
      if (socket.context.verifyMode !== 1) return echo(socket);
      socket.once('data', () => {
        socket.verifyClientPostHandshake();
        socket.write('show your certificate');
      });
    },
  },
  writeMuch: {
    use: (socket) => {
      socket.resume();
      Readable.from(much(), { objectMode: false }).pipe(socket);
    },
  },
  readLater: { use: (socket) => setTimeout(() => socket.resume(), PENDING) },
  endAtOnce: { use: (socket) => socket.once('data', () => socket.end('bye')) },
  writeAfterEnd: {
    allowHalfOpen: true,
    use: (socket) => {
      socket.resume();
      const write = () => {
        if (socket.writable) socket.write('still here');
      };
      setTimeout(write, PENDING);
      setTimeout(write, PENDING + 5);
      setTimeout(() => socket.end(), PENDING + 10);
    },
  },
  unwrapAtData: { use: (socket, story) => socket.once('data', () => void unwrap(socket, story)) },
  http2: { isHanded: true, use: (socket) => http2Server.emit('secureConnection', socket) },
  takeLater: { takesAfter: 3 * PENDING, use: echo },
};
