/** The messages of a handshake, as msgCallback reports them. */
import type * as ssl from 'hermetic-ssl/ssl';

export const CERTIFICATE = 11;
export const CERTIFICATE_REQUEST = 13;
export const COMPRESSED_CERTIFICATE = 25;
/** The extension compress_certificate (RFC 8879). */
export const COMPRESS_CERTIFICATE = 27;

const HANDSHAKE = 22;
const ALERT = 21;

export interface HandshakeMessage {
  readonly isSent: boolean;
  readonly type: number;
  /** Without the header of four bytes. */
  readonly body: Buffer;
}

export interface MessageLog {
  readonly messages: HandshakeMessage[];
  /** The descriptions of the alerts that were sent. */
  readonly sentAlerts: number[];
}

/** Records the messages of the context's new connections. */
export function logMessages(context: ssl.SSLContext): MessageLog {
  const log: MessageLog = { messages: [], sentAlerts: [] };
  context.msgCallback = (_peer, direction, _version, contentType, messageType, data) => {
    const isSent = direction === 'write';
    if (contentType === HANDSHAKE)
      log.messages.push({ isSent, type: messageType, body: Buffer.from(data.subarray(4)) });
    if (contentType === ALERT && isSent) log.sentAlerts.push(messageType);
  };
  return log;
}

/** Returns the bodies of the messages of a type. */
export const bodiesOf = ({ messages }: MessageLog, type: number, isSent: boolean): Buffer[] =>
  messages.filter((one) => one.type === type && one.isSent === isSent).map(({ body }) => body);

/** Returns the extensions of a list with its length before it: type and data. */
export function extensionsOf(list: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  const end = 2 + list.readUInt16BE(0);
  for (let at = 2; at < end;) {
    const length = list.readUInt16BE(at + 2);
    found.set(list.readUInt16BE(at), list.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

/** Returns the extensions of a ClientHello's body. */
export function helloExtensions(body: Buffer): Map<number, Buffer> {
  let at = 2 + 32;
  at += 1 + body.readUInt8(at); // the session id
  at += 2 + body.readUInt16BE(at); // the suites
  at += 1 + body.readUInt8(at); // the methods of TLS compression
  return extensionsOf(body.subarray(at));
}

/** Returns the parts of a CompressedCertificate (RFC 8879, 4). */
export const compressedParts = (
  body: Buffer,
): { algorithm: number; length: number; data: Buffer } => ({
  algorithm: body.readUInt16BE(0),
  length: body.readUIntBE(2, 3),
  data: body.subarray(8, 8 + body.readUIntBE(5, 3)),
});
