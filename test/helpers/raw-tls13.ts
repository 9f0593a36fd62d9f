/** Parts of TLS 1.3 (RFC 8446) written by hand, for peers whose messages a test decides: X25519 with TLS_AES_128_GCM_SHA256. */
import crypto from 'node:crypto';

export const X25519 = 29;
export const KEY_SHARE = 51;
export const SUPPORTED_VERSIONS = 43;
export const SUITE = 0x13_01;
export const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
/** The bytes before the key in a SubjectPublicKeyInfo of X25519. */
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');

export const uint = (value: number, length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
};

/** Returns bytes with their length before them, in `width` bytes. */
export const withLength = (width: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([uint(content.length, width), content]);
};

/** Returns an extension. */
export const extension = (type: number, ...content: readonly Buffer[]): Buffer =>
  Buffer.concat([uint(type, 2), withLength(2, ...content)]);

/** Returns a handshake message. */
export const handshakeMessage = (type: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.of(type), withLength(3, body)]);

/** Returns a record that is not encrypted. */
export const record = (type: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.of(type, 3, 3), withLength(2, content)]);

/** Returns the position of the data of an extension, in a list of extensions that begins at `at` of a message. */
export function findExtension(message: Buffer, at: number, type: number): number {
  while (message.readUInt16BE(at) !== type) at += 4 + message.readUInt16BE(at + 2);
  return at + 4;
}

/** The share of one end in a key exchange. */
export interface Share {
  readonly publicKey: Buffer;
  /** Returns the secret that both ends have. */
  sharedWith(publicKey: Buffer): Buffer;
}

export function newShare(): Share {
  const own = crypto.generateKeyPairSync('x25519');
  return {
    publicKey: own.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32),
    sharedWith(publicKey) {
      const key = Buffer.concat([SPKI_PREFIX, publicKey]);
      return crypto.diffieHellman({
        privateKey: own.privateKey,
        publicKey: crypto.createPublicKey({ key, format: 'der', type: 'spki' }),
      });
    },
  };
}

const sha256 = (...parts: readonly Buffer[]): Buffer =>
  crypto.createHash('sha256').update(Buffer.concat(parts)).digest();
const hmac = (key: Buffer, bytes: Buffer): Buffer =>
  crypto.createHmac('sha256', key).update(bytes).digest();

function expand(secret: Buffer, label: string, context: Buffer, length: number): Buffer {
  const name = withLength(1, Buffer.from(`tls13 ${label}`));
  const info = Buffer.concat([uint(length, 2), name, withLength(1, context), Buffer.of(1)]);
  return hmac(secret, info).subarray(0, length); // one block is enough for every key here
}

/** Returns the encrypted records of one end's handshake messages, each in a record of its own. */
export function sealedFlight(
  end: 'client' | 'server',
  shared: Buffer,
  hellos: readonly Buffer[],
  messages: readonly Buffer[],
): Buffer {
  const zeros = Buffer.alloc(32);
  const derived = expand(hmac(zeros, zeros), 'derived', sha256(), 32);
  const label = end === 'client' ? 'c hs traffic' : 's hs traffic';
  const secret = expand(hmac(derived, shared), label, sha256(...hellos), 32);
  const empty = Buffer.alloc(0);
  const [key, iv] = [expand(secret, 'key', empty, 16), expand(secret, 'iv', empty, 12)];
  const records = messages.map((one, number) => {
    const content = Buffer.concat([one, Buffer.of(HANDSHAKE)]);
    const header = Buffer.concat([Buffer.of(APPLICATION_DATA, 3, 3), uint(content.length + 16, 2)]);
    const nonce = Buffer.from(iv);
    nonce.writeUInt8(nonce.readUInt8(11) ^ number, 11);
    const cipher = crypto.createCipheriv('aes-128-gcm', key, nonce).setAAD(header);
    return Buffer.concat([header, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  });
  return Buffer.concat(records);
}
