// Records of TLS, read and made by hand: an independent implementation of their protection, so that a hostile peer can seal
// what no TLS library would send. AES-128-GCM only; the peers offer nothing else.
import { createCipheriv, createHmac } from 'node:crypto';

export const CHANGE_CIPHER_SPEC = 20;
export const ALERT = 21;
export const HANDSHAKE = 22;
export const DATA = 23;

const HEADER = 5;
const TAG = 16;
/** The version that every record of TLS 1.2 and 1.3 carries. */
const VERSION = [3, 3];

/** A record. `claims` is the length in its header, by default the true one. */
export function record(type, body, claims = body.length) {
  return Buffer.concat([Buffer.from([type, ...VERSION, claims >> 8, claims & 0xff]), body]);
}

/** Cuts a stream of bytes into records. */
export class RecordSplitter {
  #rest = Buffer.alloc(0);

  /** @returns the records that are complete, each with its header */
  push(chunk) {
    const records = [];
    let bytes = Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= HEADER) {
      const end = HEADER + bytes.readUInt16BE(3);
      if (bytes.length < end) break;
      records.push(bytes.subarray(0, end));
      bytes = bytes.subarray(end);
    }
    this.#rest = bytes;
    return records;
  }
}

const hmac = (key, ...parts) => createHmac('sha256', key).update(Buffer.concat(parts)).digest();

/** PRF of TLS 1.2 (RFC 5246, 5). */
function prf(secret, label, seed, length) {
  const start = Buffer.concat([Buffer.from(label), seed]);
  const blocks = [];
  for (let a = hmac(secret, start); blocks.length * 32 < length; a = hmac(secret, a))
    blocks.push(hmac(secret, a, start));
  return Buffer.concat(blocks).subarray(0, length);
}

/** HKDF-Expand-Label of TLS 1.3 with an empty context, for up to 32 bytes (RFC 8446, 7.1). */
function expandLabel(secret, label, length) {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0])]);
  return hmac(secret, info, Buffer.from([1])).subarray(0, length);
}

function encrypt(key, nonce, aad, plaintext) {
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  cipher.setAAD(aad);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Seals records of TLS 1.2 (RFC 5288). */
export class Sealer12 {
  #key;
  #salt;
  #sequence;

  /** @param {{ master: Buffer, clientRandom: Buffer, serverRandom: Buffer, isClient: boolean, sequence: number }} from */
  constructor({ master, clientRandom, serverRandom, isClient, sequence }) {
    const keys = prf(master, 'key expansion', Buffer.concat([serverRandom, clientRandom]), 40);
    this.#key = isClient ? keys.subarray(0, 16) : keys.subarray(16, 32);
    this.#salt = isClient ? keys.subarray(32, 36) : keys.subarray(36, 40);
    this.#sequence = BigInt(sequence);
  }

  seal(type, content) {
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(this.#sequence++);
    const length = [content.length >> 8, content.length & 0xff];
    const aad = Buffer.concat([number, Buffer.from([type, ...VERSION, ...length])]);
    const sealed = encrypt(this.#key, Buffer.concat([this.#salt, number]), aad, content);
    return record(type, Buffer.concat([number, sealed]));
  }
}

/** Seals records of TLS 1.3 (RFC 8446, 5.2). */
export class Sealer13 {
  #secret;
  #key;
  #iv;
  #sequence;

  /** @param {{ secret: Buffer, sequence: number }} from a traffic secret, and the number of records sealed under it */
  constructor({ secret, sequence }) {
    this.#use(secret, sequence);
  }

  #use(secret, sequence) {
    this.#secret = secret;
    this.#key = expandLabel(secret, 'key', 16);
    this.#iv = expandLabel(secret, 'iv', 12);
    this.#sequence = BigInt(sequence);
  }

  seal(type, content) {
    const nonce = Buffer.from(this.#iv);
    nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ this.#sequence++, 4);
    const inner = Buffer.concat([content, Buffer.from([type])]);
    const length = inner.length + TAG;
    const aad = Buffer.from([DATA, ...VERSION, length >> 8, length & 0xff]);
    return record(DATA, encrypt(this.#key, nonce, aad, inner));
  }

  /** A KeyUpdate, after which the next keys are in force (RFC 8446, 4.6.3). */
  sealKeyUpdate() {
    const sealed = this.seal(HANDSHAKE, Buffer.from([24, 0, 0, 1, 1]));
    this.#use(expandLabel(this.#secret, 'traffic upd', 32), 0);
    return sealed;
  }
}
