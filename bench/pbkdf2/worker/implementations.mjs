// The implementations of PBKDF2 that a worker process offers. Each has `deriveSync`, `derive` or
// both: (hash, password, salt, iterations, length) returns the key, or a promise of it.
import * as crypto from 'node:crypto';
import { promisify } from 'node:util';

const WEB_NAMES = { sha1: 'SHA-1', sha256: 'SHA-256', sha512: 'SHA-512' };

async function hermetic() {
  const hashlib = await import('hermetic-ssl/hashlib');
  return {
    configure: hashlib.configure,
    derive: hashlib.pbkdf2Hmac,
    deriveSync: hashlib.pbkdf2HmacSync,
  };
}

function nodeCrypto() {
  const pbkdf2 = promisify(crypto.pbkdf2);
  return {
    derive: (hash, password, salt, iterations, length) =>
      pbkdf2(password, salt, iterations, length, hash),
    deriveSync: (hash, password, salt, iterations, length) =>
      crypto.pbkdf2Sync(password, salt, iterations, length, hash),
  };
}

function webCrypto() {
  const { subtle } = globalThis.crypto;
  async function derive(hash, password, salt, iterations, length) {
    const key = await subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const how = { name: 'PBKDF2', hash: WEB_NAMES[hash], salt, iterations };
    return Buffer.from(await subtle.deriveBits(how, key, length * 8));
  }
  return { derive };
}

/** @noble/hashes from the folder that BENCH_NOBLE names. */
async function noble() {
  const folder = process.env.BENCH_NOBLE;
  const [{ pbkdf2 }, { sha1 }, { sha256, sha512 }] = await Promise.all(
    ['pbkdf2.js', 'legacy.js', 'sha2.js'].map((file) => import(`file://${folder}/${file}`)),
  );
  const hashes = { sha1, sha256, sha512 };
  return {
    deriveSync: (hash, password, salt, c, dkLen) =>
      Buffer.from(pbkdf2(hashes[hash], password, salt, { c, dkLen })),
  };
}

const KINDS = { hermetic, crypto: nodeCrypto, webcrypto: webCrypto, noble };

/** @param {keyof typeof KINDS} kind */
export const implementation = async (kind) => KINDS[kind]();
