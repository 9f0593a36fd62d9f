// The keys of a context's tickets, if they are not OpenSSL's own: fixed ones, or those of a ring (lib/fleet/key-ring.ts),
// which change with time.
import { typeError, unwrap, valueError } from '../../errors.js';
import { digest } from '../../hmac.js';
import { binding, type Bytes, type ContextHandle } from '../../internal/native/binding.js';
import { describe, isBytes } from '../../internal/validate.js';
import { changing } from './dormant.js';

/** The lengths of a key: its name of 16 bytes, its key for HMAC-SHA256, and its key for AES-128 or AES-256. */
const KEY_LENGTHS: readonly number[] = [48, 80];

/** The member of a ring that contexts use. */
export const FEED: unique symbol = Symbol('feed');

/** Gives its keys to contexts, now and whenever they change. */
export interface TicketKeyFeed {
  follow(context: ContextHandle): void;
  leave(context: ContextHandle): void;
  /** Brings the keys up to date, in case timers have not run, as on a machine that was suspended. */
  refresh(): void;
}

/** Keys of tickets that change with time: a `KeyRing` of hermetic-ssl/fleet. */
export interface TicketKeyRing {
  /** @internal */
  readonly [FEED]: TicketKeyFeed;
}

/** A key for the sessions in a store, and the name of the ticket key that it follows from. */
export interface SessionKey {
  readonly name: Buffer;
  readonly key: Buffer;
}

const NAME = 16;
const SESSION_LABEL = Buffer.from('hermetic-ssl session store 1');
const sessionKeys = new WeakMap<ContextHandle, readonly SessionKey[]>();

/** Returns the keys for the context's sessions in a store; the first one encrypts. Empty without ticket keys. */
export const sessionKeysOf = (context: ContextHandle): readonly SessionKey[] =>
  sessionKeys.get(context) ?? [];

function sessionKey(ticketKey: Bytes): SessionKey {
  const bytes = viewOf(ticketKey);
  return {
    name: Buffer.from(bytes.subarray(0, NAME)),
    key: digest(bytes.subarray(NAME), SESSION_LABEL, 'sha256'),
  };
}

function setSessionKeys(context: ContextHandle, keys: readonly Bytes[]): void {
  for (const { key } of sessionKeysOf(context)) key.fill(0);
  sessionKeys.set(context, keys.map(sessionKey));
}

const rings = new WeakMap<ContextHandle, TicketKeyRing>();

/** Returns the ring of a context, or null. */
export const ringOf = (context: ContextHandle): TicketKeyRing | null => rings.get(context) ?? null;

/** Sets the keys of the context's next tickets; the first one encrypts. Without keys OpenSSL's own are restored. */
export function giveTicketKeys(context: ContextHandle, keys: readonly Bytes[]): void {
  const lengths = Buffer.from(keys.map(({ byteLength }) => byteLength));
  const all = Buffer.concat(keys.map(viewOf));
  try {
    unwrap(binding.contextSetTicketKeyRing(changing(context), all, lengths));
  } finally {
    all.fill(0);
  }
  setSessionKeys(context, keys);
}

function viewOf(bytes: Bytes): Uint8Array {
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}

/** Whether the value is a ring. */
export const isTicketKeyRing = (value: unknown): value is TicketKeyRing =>
  typeof value === 'object' && value !== null && FEED in value;

function checkedKeys(value: unknown): readonly Bytes[] {
  const keys: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const key of keys) {
    if (!isBytes(key))
      throw typeError(
        `ticketKeys must be a KeyRing, a key, an array of keys or null, not ${describe(key)}`,
      );
    if (!KEY_LENGTHS.includes(key.byteLength))
      throw valueError(`a ticket key must have 48 or 80 bytes, not ${key.byteLength}`);
  }
  return keys as readonly Bytes[];
}

/** Sets a context's `ticketKeys`: a ring, one key, a list of keys whose first one encrypts, or null. */
export function setTicketKeys(context: ContextHandle, value: unknown): void {
  const keys = isTicketKeyRing(value) || value === null ? null : checkedKeys(value);
  rings.get(context)?.[FEED].leave(context);
  rings.delete(context);
  if (!isTicketKeyRing(value)) return giveTicketKeys(context, keys ?? []);
  value[FEED].follow(context);
  rings.set(context, value);
}

/** Brings the keys of a context's ring up to date. Called for each server connection. */
export function refreshTicketKeys(context: ContextHandle): void {
  rings.get(context)?.[FEED].refresh();
}
