/**
 * A client of TLS 1.2 that asks for renegotiation as often as it likes and reads nothing: no TLS library does. Node's
 * own does the handshake, and gives the keys that what follows is encrypted with by hand.
 */
import { createCipheriv, createHmac } from 'node:crypto';
import type { Duplex } from 'node:stream';
import * as tls from 'node:tls';

import { nextEvent } from './collect.js';

const HANDSHAKE = 22;
/** A ClientHello without a body: the server refuses before it looks. */
const CLIENT_HELLO = Buffer.from([1, 0, 0, 0]);

/** PRF of TLS 1.2 with SHA-256 (RFC 5246, 5). */
function prf(secret: Buffer, label: string, seed: Buffer, length: number): Buffer {
  const hmac = (...parts: Buffer[]): Buffer =>
    createHmac('sha256', secret).update(Buffer.concat(parts)).digest();
  const start = Buffer.concat([Buffer.from(label), seed]);
  const blocks: Buffer[] = [];
  for (let a = hmac(start); blocks.length * 32 < length; a = hmac(a)) blocks.push(hmac(a, start));
  return Buffer.concat(blocks).subarray(0, length);
}

/** Gives the records of so many requests; each can be sent once, in this order. */
export type Requests = (count: number) => Buffer;

/** Does a handshake over the transport, whose other end is a server, and leaves the transport paused. */
export async function renegotiations(transport: Duplex): Promise<Requests> {
  const hello: Buffer[] = [];
  transport.on('data', (chunk: Buffer) => hello.push(chunk));
  const socket = tls.connect({
    socket: transport,
    maxVersion: 'TLSv1.2',
    ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256',
    rejectUnauthorized: false,
  });
  const [[line]] = (await Promise.all([
    nextEvent(socket, 'keylog'),
    nextEvent(socket, 'secureConnect'),
  ])) as [[Buffer], unknown];
  const [, clientRandom = '', master = ''] = line.toString().trim().split(' ');
  // The server's random is at a fixed place of its first record (RFC 5246, 7.4.1.3).
  const seed = Buffer.concat([
    Buffer.concat(hello).subarray(11, 43),
    Buffer.from(clientRandom, 'hex'),
  ]);
  const keys = prf(Buffer.from(master, 'hex'), 'key expansion', seed, 40);
  // Node's client would take the first refusal for an error.
  transport.removeAllListeners().pause();
  return sealer(keys.subarray(0, 16), keys.subarray(32, 36));
}

function sealer(key: Buffer, salt: Buffer): Requests {
  let sequence = 1n; // 0 was Finished
  const seal = (): Buffer => {
    const nonce = Buffer.alloc(8);
    nonce.writeBigUInt64BE(sequence++);
    const cipher = createCipheriv('aes-128-gcm', key, Buffer.concat([salt, nonce]));
    cipher.setAAD(Buffer.concat([nonce, Buffer.from([HANDSHAKE, 3, 3, 0, CLIENT_HELLO.length])]));
    const sealed = Buffer.concat([cipher.update(CLIENT_HELLO), cipher.final()]);
    const body = Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
    return Buffer.concat([Buffer.from([HANDSHAKE, 3, 3, 0, body.length]), body]);
  };
  return (count) => Buffer.concat(Array.from({ length: count }, seal));
}
