// Secrets that the hosts of a fleet share.
import { valueError } from '../errors.js';
import type { Bytes } from '../internal/native/binding.js';
import { secretBuffer } from '../internal/secret-buffer.js';
import { requireBytes } from '../internal/validate.js';

const FEWEST = 32;

/** Returns a copy of a secret of at least 32 bytes; a string stands for its UTF-8. */
export function requireSecret(value: unknown, name: string): Buffer {
  if (typeof value !== 'string') requireBytes(value, name);
  const copy = copyOf(value);
  if (copy.length < FEWEST)
    throw valueError(
      `${name} must have at least ${FEWEST} bytes, not ${copy.length}: take the output of 'openssl rand -base64 32'`,
    );
  return copy;
}

/** In memory of its own, which can be wiped: Buffer.from would leave the bytes of a string in Node's pool. */
function copyOf(value: string | Bytes): Buffer {
  if (typeof value === 'string') {
    const copy = secretBuffer(Buffer.byteLength(value));
    copy.write(value);
    return copy;
  }
  const bytes = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
  const copy = secretBuffer(bytes.byteLength);
  copy.set(bytes);
  return copy;
}
