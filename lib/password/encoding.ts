// Strict decoders for the fields of stored strings. Each value has one spelling; any other (with spaces, padding, leading
// zeros or unused bits set) is malformed. Messages name the field and never show its content.
import { Buffer } from 'node:buffer';

import { PasswordFormatError, PasswordLimitError } from '../errors.js';
import type { Digest, Format } from './record.js';
import { DIGEST_SIZES } from './record.js';

/** Makes an error about a string of a known format. */
export function malformed(format: Format, what: string): PasswordFormatError {
  return new PasswordFormatError(`malformed password string (format ${format}): ${what}`);
}

/** Base64 with padding (RFC 4648 section 4). */
export function decodeBase64(text: string, format: Format, field: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  // Node's decoder accepts nearly anything; only canonical text survives decoding and encoding unchanged.
  if (bytes.toString('base64') === text) return bytes;
  throw malformed(format, `the ${field} is not base64 with padding`);
}

/** Base64 without padding, as in PHC strings. */
export function encodeUnpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}

/** The reverse of {@link encodeUnpadded}. */
export function decodeUnpadded(text: string, format: Format, field: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (encodeUnpadded(bytes) === text) return bytes;
  throw malformed(format, `the ${field} is not base64 without padding`);
}

/** Lower-case hexadecimal digits. */
export function decodeHex(text: string, format: Format, field: string): Buffer {
  const bytes = Buffer.from(text, 'hex');
  if (bytes.toString('hex') === text) return bytes;
  throw malformed(format, `the ${field} is not lower-case hexadecimal digits`);
}

// Ten digits: more than any limit, and exact in a double.
const MOST_DIGITS = 10;

/** A number of 1 or more in decimal, without sign or leading zero. */
export function decodeCount(text: string | undefined, format: Format, field: string): number {
  if (text === undefined || !/^[1-9][0-9]*$/.test(text))
    throw malformed(format, `the ${field} is not a decimal number of 1 or more`);
  if (text.length > MOST_DIGITS)
    throw new PasswordLimitError(
      `password string refused (format ${format}): the ${field} has ${text.length} digits`,
    );
  return Number(text);
}

/** Decodes a salt that is text: PBKDF2 takes its UTF-8. */
export function encodeTextSalt(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

/** Throws unless the hash is as long as its digest, for formats without another length. */
export function requireWholeDigest(hash: Buffer, digest: Digest, format: Format): void {
  if (hash.length === DIGEST_SIZES[digest]) return;
  throw malformed(
    format,
    `the hash has ${hash.length} bytes, and ${digest} gives ${DIGEST_SIZES[digest]}`,
  );
}
