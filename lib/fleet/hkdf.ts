// HKDF with SHA-256 (RFC 5869).
import { digest } from '../hmac.js';
import { secretBuffer } from '../internal/secret-buffer.js';

const HASH_LEN = 32;

/** Returns `length` bytes, in memory of their own. */
export function hkdf(
  secret: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Buffer {
  const extracted = digest(salt, secret, 'sha256');
  const out = secretBuffer(length);
  let last: Buffer = Buffer.alloc(0);
  for (let i = 0; i * HASH_LEN < length; i++) {
    const input = Buffer.concat([last, info, Buffer.from([i + 1])]);
    last.fill(0);
    last = digest(extracted, input, 'sha256');
    input.fill(0);
    last.copy(out, i * HASH_LEN);
  }
  last.fill(0);
  extracted.fill(0);
  return out;
}
