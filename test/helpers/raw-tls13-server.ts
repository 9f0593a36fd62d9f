/**
 * The first flight of a server of TLS 1.3 (RFC 8446), written by hand, so that a test decides what each message holds.
 * The client must offer X25519 with TLS_AES_128_GCM_SHA256.
 */
import crypto from 'node:crypto';

const X25519 = 29;
const KEY_SHARE = 51;
const SUITE = 0x13_01;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
/** The bytes before the key in a SubjectPublicKeyInfo of X25519. */
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');

const uint = (value: number, length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
};

/** Returns bytes with their length before them, in `width` bytes. */
export const withLength = (width: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([uint(content.length, width), content]);
};

/** Returns a handshake message. */
export const handshakeMessage = (type: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.of(type), withLength(3, body)]);

const sha256 = (...parts: readonly Buffer[]): Buffer =>
  crypto.createHash('sha256').update(Buffer.concat(parts)).digest();
const hmac = (key: Buffer, bytes: Buffer): Buffer =>
  crypto.createHmac('sha256', key).update(bytes).digest();

function expand(secret: Buffer, label: string, context: Buffer, length: number): Buffer {
  const name = withLength(1, Buffer.from(`tls13 ${label}`));
  const info = Buffer.concat([uint(length, 2), name, withLength(1, context), Buffer.of(1)]);
  return hmac(secret, info).subarray(0, length); // one block is enough for every key here
}

interface Hello {
  readonly message: Buffer;
  readonly sessionId: Buffer;
  readonly publicKey: Buffer;
}

function parseHello(record: Buffer): Hello {
  const message = record.subarray(5, 5 + record.readUInt16BE(3));
  const body = message.subarray(4);
  const sessionId = body.subarray(35, 35 + body.readUInt8(34));
  let at = 35 + sessionId.length;
  at += 2 + body.readUInt16BE(at);
  at += 1 + body.readUInt8(at) + 2;
  while (body.readUInt16BE(at) !== KEY_SHARE) at += 4 + body.readUInt16BE(at + 2);
  at += 6; // type, length, length of the list
  while (body.readUInt16BE(at) !== X25519) at += 4 + body.readUInt16BE(at + 2);
  return { message, sessionId, publicKey: body.subarray(at + 4, at + 36) };
}

function serverHello(sessionId: Buffer, publicKey: Buffer): Buffer {
  const share = withLength(2, uint(X25519, 2), withLength(2, publicKey));
  const extensions = [uint(43, 2), withLength(2, uint(0x03_04, 2)), uint(KEY_SHARE, 2), share];
  const fixed = [uint(0x03_03, 2), crypto.randomBytes(32), withLength(1, sessionId)];
  return handshakeMessage(
    2,
    Buffer.concat([...fixed, uint(SUITE, 2), Buffer.of(0), withLength(2, ...extensions)]),
  );
}

const record = (type: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.of(type, 3, 3), withLength(2, content)]);

function keyOfHandshake(shared: Buffer, transcript: Buffer): { key: Buffer; iv: Buffer } {
  const zeros = Buffer.alloc(32);
  const derived = expand(hmac(zeros, zeros), 'derived', sha256(), 32);
  const secret = expand(hmac(derived, shared), 's hs traffic', transcript, 32);
  const empty = Buffer.alloc(0);
  return { key: expand(secret, 'key', empty, 16), iv: expand(secret, 'iv', empty, 12) };
}

/** Returns the records of a server's flight: ServerHello, EncryptedExtensions without any, and these messages. */
export function serverFlight(clientHello: Buffer, ...messages: readonly Buffer[]): Buffer {
  const { message, sessionId, publicKey } = parseHello(clientHello);
  const own = crypto.generateKeyPairSync('x25519');
  const ownPublic = own.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const theirs = Buffer.concat([SPKI_PREFIX, publicKey]);
  const shared = crypto.diffieHellman({
    privateKey: own.privateKey,
    publicKey: crypto.createPublicKey({ key: theirs, format: 'der', type: 'spki' }),
  });
  const hello = serverHello(sessionId, ownPublic);
  const { key, iv } = keyOfHandshake(shared, sha256(message, hello));
  const records = [handshakeMessage(8, Buffer.alloc(2)), ...messages].map((one, number) => {
    const content = Buffer.concat([one, Buffer.of(HANDSHAKE)]);
    const header = Buffer.concat([Buffer.of(APPLICATION_DATA, 3, 3), uint(content.length + 16, 2)]);
    const nonce = Buffer.from(iv);
    nonce.writeUInt8(nonce.readUInt8(11) ^ number, 11);
    const cipher = crypto.createCipheriv('aes-128-gcm', key, nonce).setAAD(header);
    return Buffer.concat([header, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  });
  return Buffer.concat([record(HANDSHAKE, hello), ...records]);
}
