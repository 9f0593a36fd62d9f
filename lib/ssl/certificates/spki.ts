// Identifies public keys by the SHA-256 of their SubjectPublicKeyInfo (RFC 7469, 2.4).
import { isRecord, typeError, unwrap, valueError } from '../../errors.js';
import { binding, type Bytes } from '../../internal/native/binding.js';
import { spkiText } from '../../internal/spki-text.js';
import { describe, describeWithValue, isBytes, requireBytes } from '../../internal/validate.js';
import { PEM_HEADER } from './pem.js';

/** A key: `'sha256/'` and the base64 of the SHA-256 of its SubjectPublicKeyInfo, or those 32 bytes. */
export type SpkiKey = string | Uint8Array;

const HASH_LENGTH = 32;
const TEXT = /^sha256\/([A-Za-z0-9+/]{43}=)$/;
const FORM = "'sha256/' and the base64 of a SHA-256, as ssl.spkiHash() makes it";

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g;

function derOf(pem: string): Buffer {
  const found = [...pem.matchAll(PEM_CERTIFICATE)];
  const [base64 = ''] = found.map(([, body]) => body);
  if (found.length === 1) return Buffer.from(base64, 'base64');
  throw valueError(`certificate must be one certificate; the PEM has ${found.length}`);
}

/** The bytes themselves: a Buffer over the same memory. */
function bufferOf(bytes: Bytes): Buffer {
  if (!ArrayBuffer.isView(bytes)) return Buffer.from(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Returns the key of a certificate for `SSLContext.pinnedSpki` and `distrustedSpki`: `'sha256/'` and the base64 of the
 * SHA-256 of its SubjectPublicKeyInfo (RFC 7469, 2.4). It does not change when a certificate is reissued for the same key.
 * @param certificate one certificate: PEM as a string or as bytes, or DER
 * @throws RangeError for anything else
 */
export function spkiHash(certificate: string | Bytes): string {
  if (typeof certificate === 'string')
    return spkiText(unwrap(binding.spkiHash(derOf(certificate))));
  requireBytes(certificate, 'certificate');
  const hash = binding.spkiHash(certificate);
  const text = isRecord(hash) ? bufferOf(certificate).toString('latin1') : '';
  return text.includes(PEM_HEADER) ? spkiHash(text) : spkiText(unwrap(hash));
}

function hashOf(key: unknown, name: string): Buffer {
  if (key instanceof Uint8Array) {
    if (key.length === HASH_LENGTH) return Buffer.from(key);
    throw valueError(`${name} must have ${HASH_LENGTH} bytes, not ${key.length}`);
  }
  if (typeof key !== 'string')
    throw typeError(`${name} must be a string or a Uint8Array, not ${describe(key)}`);
  const [, base64 = ''] = TEXT.exec(key) ?? [];
  const hash = Buffer.from(base64, 'base64');
  // Also where bits are left over at the end.
  if (spkiText(hash) !== key)
    throw valueError(`${name} must be ${FORM}, not ${describeWithValue(key)}`);
  return hash;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function'
  );
}

/** Returns the hashes of a list of keys without duplicates. */
export function hashesOf(keys: unknown, name: string): Buffer[] {
  if (!isIterable(keys) || isBytes(keys))
    throw typeError(`${name} must be an array or a Set of keys, not ${describe(keys)}`);
  const hashes = [...keys].map((key, i) => hashOf(key, `${name}[${i}]`));
  return [...new Map(hashes.map((hash) => [spkiText(hash), hash])).values()];
}
