/**
 * The first flight of a server of TLS 1.3 (RFC 8446), written by hand, so that a test decides what each message holds.
 * The client must offer X25519 with TLS_AES_128_GCM_SHA256.
 */
import crypto from 'node:crypto';

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

interface Hello {
  readonly message: Buffer;
  readonly sessionId: Buffer;
  readonly publicKey: Buffer;
}

function parseHello(bytes: Buffer): Hello {
  const message = bytes.subarray(5, 5 + bytes.readUInt16BE(3));
  const body = message.subarray(4);
  const sessionId = body.subarray(35, 35 + body.readUInt8(34));
  let at = 35 + sessionId.length;
  at += 2 + body.readUInt16BE(at);
  at += 1 + body.readUInt8(at) + 2;
  at = findExtension(body, at, KEY_SHARE) + 2; // the length of the list
  while (body.readUInt16BE(at) !== X25519) at += 4 + body.readUInt16BE(at + 2);
  return { message, sessionId, publicKey: body.subarray(at + 4, at + 36) };
}

function serverHello(sessionId: Buffer, publicKey: Buffer): Buffer {
  const extensions = [
    extension(SUPPORTED_VERSIONS, uint(0x03_04, 2)),
    extension(KEY_SHARE, uint(X25519, 2), withLength(2, publicKey)),
  ];
  const fixed = [uint(0x03_03, 2), crypto.randomBytes(32), withLength(1, sessionId)];
  return handshakeMessage(
    2,
    Buffer.concat([...fixed, uint(SUITE, 2), Buffer.of(0), withLength(2, ...extensions)]),
  );
}

/** Returns the records of a server's flight: ServerHello, EncryptedExtensions without any, and these messages. */
export function serverFlight(clientHello: Buffer, ...messages: readonly Buffer[]): Buffer {
  const { message, sessionId, publicKey } = parseHello(clientHello);
  const own = newShare();
  const hello = serverHello(sessionId, own.publicKey);
  const all = [handshakeMessage(8, Buffer.alloc(2)), ...messages];
  const sealed = sealedFlight('server', own.sharedWith(publicKey), [message, hello], all);
  return Buffer.concat([record(HANDSHAKE, hello), sealed]);
}
