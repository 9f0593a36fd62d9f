// One key of tickets, and the two kinds of files that have such keys: those of nginx and those of HAProxy.
import { valueError } from '../errors.js';
import { secretBuffer } from '../internal/secret-buffer.js';
import { urandom } from '../os.js';

const NAME = 16;
const SHORT = 48;
const LONG = 80;

/** A key in the order of the addon: its name, its key for HMAC, its key for AES. */
export interface TicketKey {
  /** The name in hexadecimal. It stands in every ticket, and is not a secret. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** Makes a key of its bytes, which it then owns. */
export function ticketKey(bytes: Buffer): TicketKey {
  return { name: bytes.toString('hex', 0, NAME), bytes };
}

/** Returns a new random key of 80 bytes. */
export const randomKey = (): TicketKey => ticketKey(urandom(LONG));

/** Copies bytes to memory of their own, which can be wiped. */
function owned(...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const copy = secretBuffer(length);
  let at = 0;
  for (const part of parts) {
    copy.set(part, at);
    at += part.length;
  }
  return copy;
}

/** Returns a copy of a key in the order of the addon: 48 or 80 bytes, anything else is null. */
export function keyFromBytes(bytes: Uint8Array): TicketKey | null {
  return bytes.length === SHORT || bytes.length === LONG ? ticketKey(owned(bytes)) : null;
}

/** Exchanges the keys for AES and for HMAC. */
function exchanged(bytes: Uint8Array): TicketKey {
  const middle = NAME + (bytes.length - NAME) / 2;
  return ticketKey(
    owned(bytes.subarray(0, NAME), bytes.subarray(middle), bytes.subarray(NAME, middle)),
  );
}

/** nginx (ssl_session_ticket_key) has AES before HMAC in files of 48 bytes, and HMAC before AES in those of 80. */
function keyOfNginx(bytes: Uint8Array): TicketKey {
  return bytes.length === SHORT ? exchanged(bytes) : ticketKey(owned(bytes));
}

/** HAProxy (tls-ticket-keys) has AES before HMAC in lines of both lengths, in base64. */
function keyOfHaproxy(line: string): TicketKey | null {
  const bytes = /^[A-Za-z0-9+/]+={0,2}$/.test(line) ? Buffer.from(line, 'base64') : null;
  const isKey = bytes !== null && (bytes.length === SHORT || bytes.length === LONG);
  const key = isKey ? exchanged(bytes) : null;
  bytes?.fill(0);
  return key;
}

/** HAProxy encrypts with the last but one of its lines: the last one is the next key. */
function encryptingFirst(keys: readonly TicketKey[]): TicketKey[] {
  const at = Math.max(0, keys.length - 2);
  return [...keys.slice(at, at + 1), ...keys.slice(at + 1), ...keys.slice(0, at).toReversed()];
}

/**
 * Returns the keys in a file; the first one encrypts. A file of 48 or 80 bytes is nginx's, any other HAProxy's.
 * @throws RangeError for a file that is neither
 */
export function keysOfFile(content: Buffer, path: string): TicketKey[] {
  if (content.length === SHORT || content.length === LONG) return [keyOfNginx(content)];
  const lines = content
    .toString('latin1')
    .split('\n')
    .map((line) => line.trim());
  const keys = lines.filter((line) => line !== '').map(keyOfHaproxy);
  if (keys.length === 0 || keys.includes(null)) {
    for (const key of keys) key?.bytes.fill(0);
    throw valueError(
      `'${path}' is not a file of ticket keys: write 48 or 80 random bytes (nginx), or such bytes in base64 on each line (HAProxy)`,
    );
  }
  return encryptingFirst(keys as TicketKey[]);
}
