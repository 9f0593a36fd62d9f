/**
 * A client of TLS 1.3 (RFC 8446), written by hand, so that a test decides what each message after the server's flight holds. It
 * offers X25519 with TLS_AES_128_GCM_SHA256, and reads only the ServerHello.
 */
import crypto from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';

import { nextEvent } from './collect.js';
import {
  extension,
  findExtension,
  HANDSHAKE,
  handshakeMessage,
  KEY_SHARE,
  newShare,
  record,
  sealedFlight,
  SUITE,
  SUPPORTED_VERSIONS,
  uint,
  withLength,
  X25519,
} from './raw-tls13.js';

const SUPPORTED_GROUPS = 10;
const SIGNATURE_ALGORITHMS = 13;
const [ECDSA_SECP256R1_SHA256, RSA_PSS_RSAE_SHA256] = [0x04_03, 0x08_04];

function clientHello(publicKey: Buffer): Buffer {
  const algorithms = [uint(ECDSA_SECP256R1_SHA256, 2), uint(RSA_PSS_RSAE_SHA256, 2)];
  const share = Buffer.concat([uint(X25519, 2), withLength(2, publicKey)]);
  const extensions = [
    extension(SUPPORTED_VERSIONS, withLength(1, uint(0x03_04, 2))),
    extension(SUPPORTED_GROUPS, withLength(2, uint(X25519, 2))),
    extension(SIGNATURE_ALGORITHMS, withLength(2, ...algorithms)),
    extension(KEY_SHARE, withLength(2, share)),
  ];
  const fixed = [uint(0x03_03, 2), crypto.randomBytes(32), Buffer.of(0)];
  const suites = [withLength(2, uint(SUITE, 2)), withLength(1, Buffer.of(0))];
  return handshakeMessage(1, Buffer.concat([...fixed, ...suites, withLength(2, ...extensions)]));
}

/** The server's share in its ServerHello. */
function keyOf(message: Buffer): Buffer {
  const at = 4 + 34 + 1 + message.readUInt8(4 + 34) + 3 + 2;
  return message.subarray(findExtension(message, at, KEY_SHARE) + 4).subarray(0, 32);
}

export interface RawClient {
  /** The record of the ClientHello. */
  readonly hello: Buffer;
  /** Returns the records of these messages, for a server whose answer begins with the ServerHello. */
  flight(answer: Buffer, ...messages: readonly Buffer[]): Buffer;
}

export function rawClient(): RawClient {
  const own = newShare();
  const message = clientHello(own.publicKey);
  return {
    hello: record(HANDSHAKE, message),
    flight(answer, ...messages) {
      const serverHello = answer.subarray(5, 5 + answer.readUInt16BE(3));
      const shared = own.sharedWith(keyOf(serverHello));
      return sealedFlight('client', shared, [message, serverHello], messages);
    },
  };
}

/** Sends these messages after the server's flight, and waits until the server has ended the connection. */
export async function sendFlight(port: number, ...messages: readonly Buffer[]): Promise<void> {
  const client = rawClient();
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  try {
    socket.write(client.hello);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.write(client.flight(answer, ...messages));
    await nextEvent(socket.resume(), 'end');
  } finally {
    socket.destroy();
  }
}
